import type { Spans } from '../core/index.ts';
import { OtelSpans } from './otel-spans.ts';

export interface TracingOptions {
  /** `service.name` of every span. */
  readonly serviceName: string;
}

/** Spans that are exported, and the end of it. */
export interface Tracing {
  readonly spans: Spans;
  /** Hands over what is still held back. Rejects when the collector does not take it; the process may end all the same. */
  stop(): Promise<void>;
}

/**
 * Registers an OpenTelemetry SDK that exports by OTLP, as its own standard variables say (OTEL_EXPORTER_OTLP_ENDPOINT and others).
 * No automatic instrumentation: patched HTTP costs several times what a request costs, and our own spans say more.
 */
export async function startTracing({ serviceName }: TracingOptions): Promise<Tracing> {
  const { NodeSDK } = await import('@opentelemetry/sdk-node'); // costly to load: only who exports pays for it
  const sdk = new NodeSDK({ serviceName, instrumentations: [], resourceDetectors: [] });
  sdk.start();
  return { spans: new OtelSpans(), stop: () => sdk.shutdown() };
}
