export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

/** `server`: answers a request; `client`: waits for somebody else; `internal`: our own work. */
export type SpanKind = 'server' | 'client' | 'internal';

export interface SpanOptions {
  /** @default 'internal' */
  readonly kind?: SpanKind;
  /** Few and public: no secrets, no personal data, no payloads. */
  readonly attributes?: SpanAttributes;
}

/** Traces as a port, so that a library can say what takes time without knowing who collects it. */
export interface Spans {
  /**
   * Runs `work` inside a span of that name and gives its outcome back unchanged, faults included (they mark the span as failed).
   * Inside a request the span belongs to the request's trace. Tracing trouble never reaches the caller.
   */
  within<T>(name: string, work: () => Promise<T>, options?: SpanOptions): Promise<T>;
}
export const Spans = Symbol('Spans');

/** Spans that nobody collects. */
export const silentSpans: Spans = { within: (_name, work) => work() };
