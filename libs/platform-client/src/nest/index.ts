/** Platform, PDRI and Aegis in a Nest application. */
export { MembershipStatus, NeighbourIndicators, PlatformClientModule } from './platform-client.module.ts';
export type { NeighbourOptions, PlatformClientModuleOptions } from './platform-client.module.ts';
export { neighbourOptionsOf, neighboursConfig } from './neighbours.config.ts';
