import type { CallOutcome } from './call-recorder.port.ts';
import type { OutboundRequest, OutboundResult, UnavailableReason } from './outbound-client.port.ts';

export type RequestKind = OutboundRequest['kind'];

/** A complete answer, whatever it says. */
export interface Replied {
  readonly kind: 'reply';
  readonly status: number;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

/** No usable answer. `left`: bytes of the request may have reached the other side. */
export interface Failed {
  readonly kind: 'failed';
  readonly reason: UnavailableReason;
  readonly left: boolean;
  /** The status, where one came before the failure. */
  readonly status?: number;
}

/** How a call ended, before anyone is told. */
export type CallEnd = Replied | Failed;

/** What a call cost. */
export interface CallCost {
  readonly latencyMs: number;
  /** How often the request was handed to the network. */
  readonly attempts: number;
}

/** The result that the caller is given. An effect that left without a clear answer is `unknown`, never `unavailable`. */
export function resultOf(end: CallEnd, kind: RequestKind, entry: string, latencyMs: number): OutboundResult {
  if (end.kind === 'reply' && end.status < 500) {
    const { status, body, headers } = end;
    return { kind: status >= 200 && status < 300 ? 'ok' : 'refused', status, body, headers, entry, latencyMs };
  }
  const failed: Failed = end.kind === 'reply' ? { kind: 'failed', reason: 'server_error', left: true } : end;
  if (kind === 'read' || !failed.left) return { kind: 'unavailable', reason: failed.reason, entry, latencyMs };
  return { kind: 'unknown', reason: UNKNOWN[failed.reason] ?? 'timeout', entry, latencyMs };
}

const UNKNOWN: Partial<Record<UnavailableReason, 'reset' | 'server_error' | 'malformed'>> = {
  reset: 'reset',
  server_error: 'server_error',
  malformed: 'malformed',
  too_large: 'malformed',
};

/** The outcome as the ledger keeps it. */
export function outcomeOf(end: CallEnd, cost: CallCost): CallOutcome {
  if (end.kind === 'failed') {
    const httpStatus = end.status === undefined ? {} : { httpStatus: end.status };
    return { status: statusOfFailure(end), ...httpStatus, ...cost, response: { reason: end.reason } };
  }
  const { status, body } = end;
  return { status: statusOfReply(status), httpStatus: status, ...cost, response: { status, body } };
}

function statusOfReply(status: number): CallOutcome['status'] {
  if (status >= 500) return 'error';
  return status >= 200 && status < 300 ? 'success' : 'refused';
}

function statusOfFailure(end: Failed): CallOutcome['status'] {
  if (!end.left) return 'not_sent';
  return end.reason === 'timeout' || end.reason === 'deadline' || end.reason === 'aborted' ? 'timeout' : 'error';
}
