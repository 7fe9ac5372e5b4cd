/** Spans for OpenTelemetry collectors. */
export { OtelSpans } from './otel-spans.ts';
export { startTracing } from './start-tracing.ts';
export type { Tracing, TracingOptions } from './start-tracing.ts';
