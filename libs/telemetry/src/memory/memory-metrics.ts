import {
  type Counter,
  declaredLabels,
  type Gauge,
  type Histogram,
  MetricCatalogue,
  type MetricLabels,
  type Metrics,
} from '../core/index.ts';

/** Metrics kept in memory, for specs that ask what was counted. */
export class MemoryMetrics implements Metrics {
  private readonly catalogue = new MetricCatalogue();
  private readonly series = new Map<string, number[]>();

  counter(name: string, _help: string, labels: readonly string[] = []): Counter {
    return this.catalogue.metric('counter', name, labels, () => ({
      add: (by = 1, given?: MetricLabels) => {
        if (by >= 0) this.change(name, declaredLabels(labels, given), ([level = 0]) => [level + by]);
      },
    }));
  }

  histogram(name: string, _help: string, labels: readonly string[] = []): Histogram {
    return this.catalogue.metric('histogram', name, labels, () => ({
      observe: (value: number, given?: MetricLabels) =>
        this.change(name, declaredLabels(labels, given), (values) => [...values, value]),
    }));
  }

  gauge(name: string, _help: string, labels: readonly string[] = []): Gauge {
    return this.catalogue.metric('gauge', name, labels, () => ({
      set: (value: number, given?: MetricLabels) => this.change(name, declaredLabels(labels, given), () => [value]),
      add: (by: number, given?: MetricLabels) =>
        this.change(name, declaredLabels(labels, given), ([level = 0]) => [level + by]),
    }));
  }

  /** A counter's or gauge's level; 0 when nothing was recorded. */
  value(name: string, labels: MetricLabels = {}): number {
    return this.series.get(keyOf(name, labels))?.[0] ?? 0;
  }

  /** What a histogram was given, in order. */
  observations(name: string, labels: MetricLabels = {}): readonly number[] {
    return this.series.get(keyOf(name, labels)) ?? [];
  }

  private change(name: string, labels: MetricLabels, next: (values: readonly number[]) => number[]): void {
    const key = keyOf(name, labels);
    this.series.set(key, next(this.series.get(key) ?? []));
  }
}

const keyOf = (name: string, labels: MetricLabels): string =>
  JSON.stringify([
    name,
    Object.entries(labels)
      .filter(([, value]) => value !== '')
      .sort(([a], [b]) => a.localeCompare(b)),
  ]);
