/** The contract that every health indicator passes. */
export { describeHealthIndicatorContract } from './health-indicator.contract.ts';
export type { IndicatorSubject } from './health-indicator.contract.ts';
