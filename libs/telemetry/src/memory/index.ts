/** Metrics that a test or a demo reads back. */
export { MemoryMetrics } from './memory-metrics.ts';
