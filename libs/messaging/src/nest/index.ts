/** The event bus, inbox, outbox, offsets and dead letters as a Nest module. */
export { MessagingHealth, MessagingModule, OutboxHealth } from './messaging.module.ts';
export type { MessagingModuleOptions } from './messaging.module.ts';
export { kafkaConfig, kafkaTopicsConfig } from './kafka.config.ts';
