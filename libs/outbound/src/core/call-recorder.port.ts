/** What is about to leave. `request` is recorded encrypted; `facts` are public: service and operation only, never an id. */
export interface CallIntent {
  /** `platform`, `pdri`, `aegis`, `llm`, `notification`. */
  readonly service: string;
  /** Operation name, e.g. `risk-findings.get`. */
  readonly operation: string;
  readonly effect: 'read' | 'effect';
  /** Method, path, body: whatever identifies the call. Committed and encrypted. */
  readonly request: unknown;
  /** An evidence or decision the call belongs to. */
  readonly refs?: { readonly decision?: string; readonly evidence?: readonly string[] };
}

/** What came back. */
export interface CallOutcome {
  /** `success` 2xx · `refused` an answer that says no (4xx) · `error` 5xx, transport or malformed · `timeout` no answer in time · `not_sent` it never left. */
  readonly status: 'success' | 'refused' | 'error' | 'timeout' | 'not_sent';
  readonly httpStatus?: number;
  readonly latencyMs: number;
  /** Full reply, recorded encrypted. */
  readonly response?: unknown;
  readonly attempts: number;
}

/**
 * Writes the intent before a call leaves and its outcome before the result is used (promise P1). Bound to one tenant and one session.
 * Both reject when the record is not durable; the caller then must not call, or must not use the result.
 */
export interface CallRecorder {
  /** Durable when it resolves. @returns id of the intent's ledger entry */
  intent(intent: CallIntent): Promise<string>;
  /** Durable when it resolves. @returns id of the outcome's ledger entry: this is what a citation names */
  outcome(intentEntry: string, intent: CallIntent, outcome: CallOutcome): Promise<string>;
}
export const CallRecorder = Symbol('CallRecorder');

/** What a call made for a tenant carries with it. */
export interface CallContext {
  readonly tenant: string;
  readonly recorder: CallRecorder;
  /** Deadline over everything, milliseconds since the epoch by the `Clock`. */
  readonly deadlineMs?: number;
  readonly signal?: AbortSignal;
  /** W3C traceparent to send; the request scope's by default. */
  readonly traceparent?: string;
}
