/** What one client allows itself. Times in milliseconds, sizes in bytes. */
export interface OutboundLimits {
  /** Establishing a connection. @default 3 000 */
  readonly connectTimeoutMs: number;
  /** One attempt, from the queue's end to the last byte of the reply (of a stream: to its headers). @default 10 000 */
  readonly attemptTimeoutMs: number;
  /** The whole call with every attempt and wait, where the context names no earlier deadline. @default 30 000 */
  readonly callTimeoutMs: number;
  /** Attempts of one `read`, the first included. @default 3 */
  readonly maxAttempts: number;
  /** Upper bound of the first wait between attempts; it doubles from there. @default 100 */
  readonly backoffMs: number;
  /** Upper bound of any wait that Retry-After does not ask for. @default 5 000 */
  readonly maxBackoffMs: number;
  /** Retries that each offered call pays for. @default 0.1 */
  readonly retryRatio: number;
  /** Retries that may be saved up. @default 10 */
  readonly maxSavedRetries: number;
  /** Retries allowed before any call has paid for one; adds to the bound of extra calls. @default 0 */
  readonly retryReserve: number;
  /** Calls in flight at a time. @default 64 */
  readonly maxInFlight: number;
  /** Calls that wait for a place; beyond it calls are refused as `overloaded`. @default 64 */
  readonly maxQueued: number;
  /** Largest reply, and largest recorded text of a stream. @default 4 MiB */
  readonly maxResponseBytes: number;
  /** Longest silence inside a streamed reply. @default 30 000 */
  readonly streamIdleMs: number;
  /** Longest life of a connection, so that drained deployments are left behind. @default 300 000 */
  readonly maxConnectionAgeMs: number;
  readonly breaker: BreakerLimits;
}

export interface BreakerLimits {
  /** How far back failures count. @default 10 000 */
  readonly windowMs: number;
  /** Calls in the window below which the breaker never opens. @default 10 */
  readonly minCalls: number;
  /** Opens above this share of failures. @default 50 */
  readonly errorPercent: number;
  /** How long it stays open before one trial is let through. @default 30 000 */
  readonly resetMs: number;
}

export const DEFAULT_LIMITS: OutboundLimits = {
  connectTimeoutMs: 3_000,
  attemptTimeoutMs: 10_000,
  callTimeoutMs: 30_000,
  maxAttempts: 3,
  backoffMs: 100,
  maxBackoffMs: 5_000,
  retryRatio: 0.1,
  maxSavedRetries: 10,
  retryReserve: 0,
  maxInFlight: 64,
  maxQueued: 64,
  maxResponseBytes: 4 * 1024 * 1024,
  streamIdleMs: 30_000,
  maxConnectionAgeMs: 300_000,
  breaker: { windowMs: 10_000, minCalls: 10, errorPercent: 50, resetMs: 30_000 },
};

/** The defaults with some of them replaced. */
export type LimitOptions = Partial<Omit<OutboundLimits, 'breaker'>> & { readonly breaker?: Partial<BreakerLimits> };

export const limitsOf = (options: LimitOptions = {}): OutboundLimits => ({
  ...DEFAULT_LIMITS,
  ...options,
  breaker: { ...DEFAULT_LIMITS.breaker, ...options.breaker },
});
