/** Outbound clients in a Nest application. */
export { OutboundModule } from './outbound.module.ts';
export type { OutboundClientOptions, OutboundModuleOptions } from './outbound.module.ts';
