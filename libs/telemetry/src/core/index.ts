/** The door of @dmitry/telemetry: metrics and spans as ports, W3C trace context, and the channels that libraries report on. */
export { DURATION_BUCKETS_SECONDS, Metrics, silentMetrics } from './metrics.port.ts';
export type { Counter, Gauge, Histogram, MetricLabels } from './metrics.port.ts';
export { declaredLabels, metricNameFault } from './metric-name.policy.ts';
export type { MetricKind } from './metric-name.policy.ts';
export { MetricCatalogue } from './metric-catalogue.ts';
export { silentSpans, Spans } from './spans.port.ts';
export type { SpanAttributes, SpanKind, SpanOptions } from './spans.port.ts';
export { eventChannel } from './event-channel.ts';
export type { EventChannel } from './event-channel.ts';
export { eventMetrics, recordEvents } from './event-metrics.ts';
export type { EventMetric, EventMetrics } from './event-metrics.ts';
// the edge needs these before any telemetry is there, so they live in kit
export { childOf, formatTraceparent, newTraceparent, parseTraceparent } from '@dmitry/kit';
export type { TraceContext } from '@dmitry/kit';
