/** Metrics as Prometheus reads them. */
export { PrometheusMetrics } from './prometheus-metrics.ts';
export type { PrometheusOptions } from './prometheus-metrics.ts';
