/** The contract that every implementation of the Metrics port passes. */
export { describeMetricsContract } from './metrics.contract.ts';
export type { MetricsSubject } from './metrics.contract.ts';
