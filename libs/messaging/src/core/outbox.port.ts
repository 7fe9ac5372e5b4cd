import type { Tx } from '@dmitry/storage';
import type { OutgoingRecord } from './event-bus.port.ts';

/** Records to publish, written in the transaction whose outcome they tell: committed with it or not at all. */
export interface Outbox {
  /**
   * Adds a record, with the running request's `traceparent` unless it has one. Records of one key are published in the order of enqueuing,
   * if the transactions that enqueue them do not overlap.
   * @throws DmitryError `messaging.record_too_large`
   */
  enqueue(tx: Tx, record: OutgoingRecord): Promise<void>;
}
export const Outbox = Symbol('Outbox');

/** The kind of work that `enqueue` signals. */
export const OUTBOX_WORK = 'outbox';

/** A topic whose records wait, and why. */
export interface HeldTopic {
  readonly topic: string;
  /** Code of the fault that held it, e.g. `messaging.topic_unknown`. */
  readonly code: string;
}

/** Publishes what outboxes hold, tenant by tenant. At least once: a crash between publishing and noting it publishes again. */
export interface OutboxRelay {
  /**
   * One pass over the tenants that have something. One relay of a deployment works at a time; the others answer 0.
   * Records that cannot be published stay, and neither other topics nor other tenants wait for them: their topic is held and tried again
   * after a pause that doubles up to ten seconds. Rejects when the database cannot be asked.
   * @returns how many records were published
   */
  round(): Promise<number>;
  /** What is held now by this relay; nothing where another works. */
  held(): readonly HeldTopic[];
}
export const OutboxRelay = Symbol('OutboxRelay');
