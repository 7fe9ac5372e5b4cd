export type MetricLabels = Readonly<Record<string, string>>;

/** Only ever grows. */
export interface Counter {
  /** @param by 0 or more. @default 1 */
  add(by?: number, labels?: MetricLabels): void;
}

/** A distribution, in the unit that the metric's name ends with. */
export interface Histogram {
  observe(value: number, labels?: MetricLabels): void;
}

/** A level that goes up and down. */
export interface Gauge {
  set(value: number, labels?: MetricLabels): void;
  /** @param by may be negative */
  add(by: number, labels?: MetricLabels): void;
}

/**
 * Numbers about the process. Asking for the same name again gives the same metric, so that two users of a library share it.
 * Names carry their unit (`_seconds`, `_bytes`, `_ratio`; counters end with `_total`); values are in that unit.
 * A label has few values: a route's template, an outcome, a tier - never an id, an address, a tenant or text from outside.
 * Recording never throws and never waits. A missing label is recorded as an empty one; a label that was not declared is dropped.
 * @throws DmitryError `telemetry.metric_invalid` when a name breaks the rule or is asked for again as another kind
 */
export interface Metrics {
  counter(name: string, help: string, labels?: readonly string[]): Counter;
  /** @param buckets upper bounds, ascending, in the unit of the name. @default DURATION_BUCKETS_SECONDS */
  histogram(name: string, help: string, labels?: readonly string[], buckets?: readonly number[]): Histogram;
  gauge(name: string, help: string, labels?: readonly string[]): Gauge;
}
export const Metrics = Symbol('Metrics');

/** Upper bounds for durations from a millisecond to half a minute. */
export const DURATION_BUCKETS_SECONDS: readonly number[] = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
];

/** Metrics that nobody reads: for libraries used alone. */
export const silentMetrics: Metrics = {
  counter: () => ({ add: () => undefined }),
  histogram: () => ({ observe: () => undefined }),
  gauge: () => ({ set: () => undefined, add: () => undefined }),
};
