/** The door of @dmitry/health: what a dependency says about itself, and what the service says of the whole. */
export type { HealthIndicator, IndicatorKind, IndicatorResult } from './health-indicator.port.ts';
export { HealthReporter } from './health-reporter.port.ts';
export { IndicatorProbe } from './indicator-probe.ts';
export type { ProbeOptions } from './indicator-probe.ts';
export { indicatorDuplicate } from './health.errors.ts';
