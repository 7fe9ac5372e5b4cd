import { type CallEnd, type RequestKind, retryAfterMs } from '../core/index.ts';

const RETRIED_STATUSES: ReadonlySet<number> = new Set([429, 500, 502, 503, 504]);
const RETRIED_FAILURES: ReadonlySet<string> = new Set(['connect', 'reset', 'timeout']);

/** Whether the same call may be made again. An effect is repeated only when it has a key and surely never left. */
export function mayRetry(end: CallEnd, kind: RequestKind): boolean {
  if (kind === 'unsafe') return false;
  if (kind === 'keyed') return end.kind === 'failed' && end.reason === 'connect' && !end.left;
  return end.kind === 'reply' ? RETRIED_STATUSES.has(end.status) : RETRIED_FAILURES.has(end.reason);
}

export interface BackoffOptions {
  readonly backoffMs: number;
  readonly maxBackoffMs: number;
}

/**
 * The wait before the next attempt: full jitter below a doubling bound, and never less than the other side asked for.
 * @param fraction random, in [0, 1)
 */
export function backoffOf(
  end: CallEnd,
  attempt: number,
  options: BackoffOptions,
  at: { fraction: number; nowMs: number },
): number {
  const bound = Math.min(options.maxBackoffMs, options.backoffMs * 2 ** (attempt - 1));
  const asked = end.kind === 'reply' ? retryAfterMs(end.headers['retry-after'], at.nowMs) : 0;
  return Math.max(asked, bound * at.fraction);
}
