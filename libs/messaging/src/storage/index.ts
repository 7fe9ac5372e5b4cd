/** Inbox, outbox, offsets and dead letters as tables beside the state they belong to. */
export { messagingMigrations } from './messaging-migrations.ts';
export { createInbox } from './sql-inbox.ts';
export { createOutbox } from './sql-outbox.ts';
export { createOutboxRelay } from './outbox-relay.ts';
export type { OutboxRelayOptions } from './outbox-relay.ts';
export { createOffsets } from './sql-offsets.ts';
export { createDeadLetters } from './sql-dead-letters.ts';
export type { DeadLettersOptions } from './sql-dead-letters.ts';
