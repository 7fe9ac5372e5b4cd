import type { EventChannel } from './event-channel.ts';
import type { MetricLabels, Metrics } from './metrics.port.ts';

interface Common<E> {
  readonly name: string;
  readonly help: string;
  /** Label → how to read it off an event; few values each. */
  readonly labels?: Readonly<Record<string, (event: E) => string>>;
}

/** What an event adds to a metric. */
export type EventMetric<E> = Common<E> &
  (
    | { readonly kind: 'counter'; /** @default 1 */ readonly value?: (event: E) => number }
    | { readonly kind: 'histogram'; readonly value: (event: E) => number; readonly buckets?: readonly number[] }
    | { readonly kind: 'gauge'; readonly value: (event: E) => number }
  );

/** One library's events and what they count. A library exports its list; the apps hand all lists to `recordEvents`. */
export interface EventMetrics {
  /** @returns stops recording */
  record(metrics: Metrics): () => void;
}

/** Says which metrics the events of a channel feed. The library's core stays free of any metrics client. */
export function eventMetrics<E extends object>(
  source: EventChannel<E>,
  rules: readonly EventMetric<E>[],
): EventMetrics {
  return {
    record: (metrics) => {
      const recorders = rules.map((rule) => recorderOf(rule, metrics));
      return source.subscribe((event) => {
        for (const record of recorders) record(event);
      });
    },
  };
}

/** Starts recording every list. @returns stops all */
export function recordEvents(metrics: Metrics, lists: readonly EventMetrics[]): () => void {
  const stops = lists.map((list) => list.record(metrics));
  return () => {
    for (const stop of stops) stop();
  };
}

function recorderOf<E>(rule: EventMetric<E>, metrics: Metrics): (event: E) => void {
  const readers = Object.entries(rule.labels ?? {});
  const names = readers.map(([label]) => label);
  const labelsOf = (event: E): MetricLabels => Object.fromEntries(readers.map(([label, read]) => [label, read(event)]));
  switch (rule.kind) {
    case 'counter': {
      const counter = metrics.counter(rule.name, rule.help, names);
      return (event) => counter.add(rule.value?.(event) ?? 1, labelsOf(event));
    }
    case 'histogram': {
      const histogram = metrics.histogram(rule.name, rule.help, names, rule.buckets);
      return (event) => histogram.observe(rule.value(event), labelsOf(event));
    }
    case 'gauge': {
      const gauge = metrics.gauge(rule.name, rule.help, names);
      return (event) => gauge.set(rule.value(event), labelsOf(event));
    }
  }
}
