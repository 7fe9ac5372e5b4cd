export type MetricKind = 'counter' | 'histogram' | 'gauge';

const NAME = /^[a-z][a-z0-9]*(_[a-z0-9]+)+$/;
/** Suffixes that Prometheus itself adds to histograms. */
const RESERVED = /_(bucket|count|sum|created)$/;
/** Units that are not base units: a reader would have to know which metric is in which. */
const NOT_BASE =
  /_(ms|millis|milliseconds|micros|microseconds|nanoseconds|minutes|hours|days|kb|mb|gb|kilobytes|megabytes|percent)(_total)?$/;

/**
 * What is wrong with a metric's name, by the rules of https://prometheus.io/docs/practices/naming/: words in snake_case, the base unit
 * last (`_seconds`, `_bytes`, `_ratio`), `_total` on counters and on nothing else.
 * @returns undefined when the name is good
 */
export function metricNameFault(kind: MetricKind, name: string): string | undefined {
  if (!NAME.test(name)) return 'is not snake_case of two or more words';
  if (RESERVED.test(name)) return 'ends with a suffix that the exposition format adds itself';
  if (NOT_BASE.test(name)) return 'ends with a unit that is not a base unit: use _seconds, _bytes or _ratio';
  if (name.endsWith('_total') !== (kind === 'counter')) return '_total belongs on counters and on nothing else';
  return undefined;
}

/** The declared labels and no other, in the order of their declaration; a missing one is empty. */
export const declaredLabels = (
  declared: readonly string[],
  given: Readonly<Record<string, string>> = {},
): Record<string, string> => Object.fromEntries(declared.map((label) => [label, given[label] ?? '']));
