/** Health of an app: its indicators collected by Terminus, and the three routes that probes ask. */
export { HealthModule } from './health.module.ts';
export type { HealthModuleOptions } from './health.module.ts';
