/** What the house's own test suites share. */
export { describeWithService, service } from './service.ts';
export type { ServiceName } from './service.ts';
export { seed } from './seed.ts';
