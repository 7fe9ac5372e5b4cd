/** Time comes in by this port, so that tests and replays own it. */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z. May jump; compare durations with `monotonicMs`. */
  now(): number;
  /** Milliseconds since an arbitrary start; never goes back. */
  monotonicMs(): number;
  /** Resolves after `ms`, or rejects with the signal's reason when it aborts first. Leaves no listener behind. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Calls `tick` every `ms` until the returned function is called. Does not keep the process alive. */
  every(ms: number, tick: () => void): () => void;
}
export const Clock = Symbol('Clock');

/** RFC 3339 UTC text with milliseconds. */
export const isoTime = (ms: number): string => new Date(ms).toISOString();
