/** Telemetry of an app: the ports for its modules, and a record of every HTTP request. */
export { TelemetryModule } from './telemetry.module.ts';
export type { TelemetryModuleOptions } from './telemetry.module.ts';
export type { Exposition } from './metrics.controller.ts';
export { recordHttpMetrics } from './http-metrics.ts';
export { recordHttpSpans } from './http-spans.ts';
