import {
  context,
  type Context,
  type Span,
  SpanKind as OtelKind,
  SpanStatusCode,
  trace,
  TraceFlags,
} from '@opentelemetry/api';
import { currentRequest, isDmitryError, parseTraceparent } from '@dmitry/kit';
import type { SpanOptions, Spans } from '../core/index.ts';

const KINDS = { server: OtelKind.SERVER, client: OtelKind.CLIENT, internal: OtelKind.INTERNAL } as const;

/** Spans of whatever OpenTelemetry SDK the process has registered; without one they cost next to nothing and go nowhere. */
export class OtelSpans implements Spans {
  /** @param scope name of the instrumentation, as collectors show it. @default 'dmitry' */
  constructor(private readonly scope = 'dmitry') {}

  within<T>(name: string, work: () => Promise<T>, options: SpanOptions = {}): Promise<T> {
    const settings = { kind: KINDS[options.kind ?? 'internal'], attributes: { ...options.attributes } };
    return trace.getTracer(this.scope).startActiveSpan(name, settings, parentContext(), (span) => ended(span, work));
  }
}

async function ended<T>(span: Span, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    // the code and not the message: messages may name a tenant's things
    span.setAttribute('error.type', isDmitryError(error) ? error.code : 'internal.unexpected');
    span.setStatus({ code: SpanStatusCode.ERROR });
    throw error;
  } finally {
    span.end();
  }
}

/** The span around us, else the trace of the running request: one trace from the edge on, however the caller sent it. */
function parentContext(): Context {
  const active = context.active();
  if (trace.getSpan(active)) return active;
  const caller = parseTraceparent(currentRequest()?.traceparent);
  if (!caller) return active;
  return trace.setSpanContext(active, {
    traceId: caller.traceId,
    spanId: caller.parentId,
    traceFlags: caller.sampled ? TraceFlags.SAMPLED : TraceFlags.NONE,
    isRemote: true,
  });
}
