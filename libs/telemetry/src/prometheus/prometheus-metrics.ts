import {
  Counter as PromCounter,
  collectDefaultMetrics,
  Gauge as PromGauge,
  Histogram as PromHistogram,
  Registry,
} from 'prom-client';
import {
  type Counter,
  declaredLabels,
  DURATION_BUCKETS_SECONDS,
  type Gauge,
  type Histogram,
  MetricCatalogue,
  type MetricLabels,
  type Metrics,
} from '../core/index.ts';

export interface PrometheusOptions {
  /** Labels of every series, such as the service's name. */
  readonly labels?: MetricLabels;
  /** Also the process's own numbers: memory, CPU, event loop, handles. @default false */
  readonly processMetrics?: boolean;
}

/** Metrics in a registry of their own, read as Prometheus text exposition 0.0.4. */
export class PrometheusMetrics implements Metrics {
  readonly #registry = new Registry();
  readonly #catalogue = new MetricCatalogue();

  constructor(options: PrometheusOptions = {}) {
    this.#registry.setDefaultLabels({ ...options.labels });
    if (options.processMetrics) collectDefaultMetrics({ register: this.#registry });
  }

  /** What `text` answers, as a media type. */
  get contentType(): string {
    return this.#registry.contentType;
  }

  /** Every series. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }

  counter(name: string, help: string, labels: readonly string[] = []): Counter {
    return this.#catalogue.metric('counter', name, labels, () => {
      const counter = new PromCounter({ ...this.#shape(name, help, labels) });
      return {
        add: (by = 1, given?: MetricLabels) => {
          if (by >= 0) counter.inc(declaredLabels(labels, given), by);
        },
      };
    });
  }

  histogram(
    name: string,
    help: string,
    labels: readonly string[] = [],
    buckets: readonly number[] = DURATION_BUCKETS_SECONDS,
  ): Histogram {
    return this.#catalogue.metric('histogram', name, labels, () => {
      const histogram = new PromHistogram({ ...this.#shape(name, help, labels), buckets: [...buckets] });
      return {
        observe: (value: number, given?: MetricLabels) => {
          if (Number.isFinite(value)) histogram.observe(declaredLabels(labels, given), value);
        },
      };
    });
  }

  gauge(name: string, help: string, labels: readonly string[] = []): Gauge {
    return this.#catalogue.metric('gauge', name, labels, () => {
      const gauge = new PromGauge({ ...this.#shape(name, help, labels) });
      return {
        set: (value: number, given?: MetricLabels) => gauge.set(declaredLabels(labels, given), value),
        add: (by: number, given?: MetricLabels) => gauge.inc(declaredLabels(labels, given), by),
      };
    });
  }

  #shape(name: string, help: string, labels: readonly string[]) {
    return { name, help, labelNames: [...labels], registers: [this.#registry] };
  }
}
