/**
 * `own`: a store of ours; while it does not answer, this replica is not ready.
 * `neighbour`: another service; its trouble is shown as degraded and never takes a replica out of service.
 */
export type IndicatorKind = 'own' | 'neighbour';

export interface IndicatorResult {
  readonly up: boolean;
  /** One short public sentence: no addresses, no secrets, no tenant. */
  readonly detail?: string;
}

/** Whether one thing that the process depends on answers. Each library that holds a connection exports one; the apps collect them. */
export interface HealthIndicator {
  /** Unique in a process, snake_case: the key in `checks`. */
  readonly name: string;
  readonly kind: IndicatorKind;
  /**
   * A cheap round trip. Rejecting counts as down. `signal` aborts when the time limit is over; an answer after that is ignored.
   * Called at most once at a time per process.
   */
  check(signal: AbortSignal): Promise<IndicatorResult>;
}
