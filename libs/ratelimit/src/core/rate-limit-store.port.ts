/** `limit` units per `windowMs`, refilled evenly (GCRA): in any interval of length w at most burst + limit x w / windowMs are admitted. */
export interface RatePolicy {
  /** Shown to callers in headers: `tenant`, `user`, `burst`. Printable ASCII. */
  readonly name: string;
  /** Units per window; 0 admits nothing. */
  readonly limit: number;
  readonly windowMs: number;
  /** Units that may come at once. @default limit */
  readonly burst?: number;
}

/** One policy to be charged, for one holder of it. */
export interface RateCharge {
  readonly policy: RatePolicy;
  /** Who is limited: a user, an API key, an endpoint. Kept as a digest only. */
  readonly key: string;
  /** Whole units. @default 1 */
  readonly cost?: number;
}

export interface ConsumeRequest {
  readonly tenant: string;
  /** The same id within a minute is charged once: a lost reply may be asked for again. */
  readonly requestId: string;
  /** All are judged at once; a policy with the same key at most once. */
  readonly charges: readonly RateCharge[];
}

/** Where one policy stands after the call. */
export interface RateState {
  readonly policy: RatePolicy;
  readonly allowed: boolean;
  /** Units that would be admitted now. Not a promise: others share it. */
  readonly remaining: number;
  /** Until everything is refilled, if nobody consumes. */
  readonly resetMs: number;
  /** Until this call's cost would be admitted; 0 when it is, null when it never is (it exceeds the burst). */
  readonly retryAfterMs: number | null;
}

export type Consumed =
  | { readonly kind: 'allowed'; readonly states: readonly RateState[] }
  /** Nothing was charged, to no policy. `retryAfterMs` is the longest of those violated, null when it is never. */
  | { readonly kind: 'limited'; readonly states: readonly RateState[]; readonly retryAfterMs: number | null }
  /** The store did not answer in time: closed, so treat it as denied. It may have been charged; the same request id is safe to repeat. */
  | { readonly kind: 'unavailable'; readonly code: 'ratelimit.store_unavailable' };

/**
 * Judges several policies of a call at once, all or nothing, in one atomic step and in the store's own time. Never rejects for a store
 * that is down. A store that loses its memory admits at most one burst per policy and key again.
 * @throws DmitryError `ratelimit.request_invalid` for a request that makes no sense
 */
export interface RateLimitStore {
  consume(request: ConsumeRequest): Promise<Consumed>;
  /** Whether the store answers. */
  ping(): Promise<boolean>;
  close(): Promise<void>;
}
export const RateLimitStore = Symbol('RateLimitStore');
