import type { Tx } from '@dmitry/storage';
import type { IncomingRecord } from './event-bus.port.ts';

/** A record that could not be processed, and why. */
export interface RefusedRecord {
  /** A topic of the bus, or `http:…` for a record that came by another way (`isOffTheBus`). */
  readonly topic: string;
  readonly partition: number;
  readonly record: IncomingRecord;
  /** A problem code, e.g. `normalise.invalid_record`. */
  readonly code: string;
  /** What was wrong, without quoting the record. */
  readonly detail: string;
}

export interface DeadLetter {
  /** Derived from topic, partition and offset: the same record refused again is the same dead letter. */
  readonly id: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly key: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly code: string;
  readonly detail: string;
  readonly refusedAt: Date;
  /** When it was last published again, or null. */
  readonly replayedAt: Date | null;
}

/** A dead letter with its original bytes; null when they were erased. */
export interface DeadLetterContent extends DeadLetter {
  readonly value: Uint8Array | null;
}

/** Records that a tenant's pipeline refused. Their bytes are sealed under the tenant's data key. */
export interface DeadLetters {
  /** Keeps the record and publishes it to `<topic>.dlq` with the reason in its headers; what came off the bus is kept only. @returns its id */
  put(tx: Tx, refused: RefusedRecord): Promise<string>;
  /** Newest first, without their bytes. @param query.after id of the last one of the page before */
  list(
    tx: Tx,
    query: { readonly limit: number; readonly after?: string; readonly code?: string },
  ): Promise<DeadLetter[]>;
  get(tx: Tx, id: string): Promise<DeadLetterContent | null>;
  /**
   * Publishes the original record to its topic again, marked with `dmitry-replay-of`.
   * @throws DmitryError `messaging.dead_letter_not_found`, `messaging.dead_letter_erased`, `messaging.dead_letter_off_the_bus`
   */
  replay(tx: Tx, id: string): Promise<void>;
}
export const DeadLetters = Symbol('DeadLetters');

/** Whether records of that topic never were on the bus: no topic has a colon in its name. */
export const isOffTheBus = (topic: string): boolean => topic.includes(':');

/** Headers that a record on a dead-letter topic has besides its own. */
export const DEAD_LETTER_HEADERS = {
  id: 'dmitry-dead-letter-id',
  code: 'dmitry-error-code',
  detail: 'dmitry-error-detail',
  topic: 'dmitry-original-topic',
  partition: 'dmitry-original-partition',
  offset: 'dmitry-original-offset',
  /** Present when the bytes were left out, because record and reason together would have been too large. */
  omitted: 'dmitry-value-omitted',
  replayOf: 'dmitry-replay-of',
} as const;
