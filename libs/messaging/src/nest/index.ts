/** The event bus, inbox, outbox, offsets and dead letters as a Nest module. */
export { MessagingHealth, MessagingModule } from './messaging.module.ts';
export type { MessagingModuleOptions } from './messaging.module.ts';
export { kafkaConfig } from './kafka.config.ts';
