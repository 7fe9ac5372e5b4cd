/** The door of @dmitry/messaging: the event bus, and the inbox, outbox, offsets and dead letters that make it safe. */
export { EventBus, MAX_RECORD_BYTES, nextOffset, recordBytes } from './event-bus.port.ts';
export type { Batch, IncomingRecord, OutgoingRecord, SubscribeOptions, Subscription } from './event-bus.port.ts';
export { Inbox, INBOX_CONFLICT } from './inbox.port.ts';
export type { InboxConflict, InboxMessage, InboxOutcome } from './inbox.port.ts';
export { Outbox, OUTBOX_WORK, OutboxRelay } from './outbox.port.ts';
export type { HeldTopic } from './outbox.port.ts';
export { Offsets } from './offsets.port.ts';
export { DEAD_LETTER_HEADERS, DeadLetters, isOffTheBus } from './dead-letters.port.ts';
export type { DeadLetter, DeadLetterContent, RefusedRecord } from './dead-letters.port.ts';
export { eventBusHealth, outboxHealth } from './event-bus-health.ts';
export { measuredEventBus } from './measured-event-bus.ts';
export { MAX_BATCH_RECORDS, redeliveryDelayMs } from './redelivery.policy.ts';
export {
  busClosed,
  busUnavailable,
  deadLetterErased,
  deadLetterNotFound,
  deadLetterOffTheBus,
  publishFailed,
  refuseTooLarge,
  topicsMissing,
  topicUnknown,
} from './messaging.errors.ts';
export { startRelayLoop } from './relay-loop.ts';
export type { RelayLoop, RelayLoopOptions } from './relay-loop.ts';
