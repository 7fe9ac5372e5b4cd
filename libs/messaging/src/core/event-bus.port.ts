/** A record to publish. Records of one key keep their order. */
export interface OutgoingRecord {
  readonly topic: string;
  readonly key: string;
  readonly value: Uint8Array;
  /** UTF-8 text. `traceparent` (W3C Trace Context) travels here like any other header. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface IncomingRecord {
  /** Decimal digits: offsets may exceed 2^53. */
  readonly offset: string;
  /** Null when its producer gave none. */
  readonly key: string | null;
  /** Empty for a record without a value. */
  readonly value: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
  /** When the record was published, milliseconds since the epoch. */
  readonly timestampMs: number;
}

/** Consecutive records of one partition, at least one. */
export interface Batch {
  readonly topic: string;
  readonly partition: number;
  readonly records: readonly IncomingRecord[];
  /** The offset after the newest record of the partition when these were read, where the bus knows it. */
  readonly endOffset?: string;
}

export interface SubscribeOptions {
  /** Subscriptions of one group share the partitions; each group sees every record. */
  readonly group: string;
  readonly topics: readonly string[];
  /**
   * Resolving accepts the whole batch. Rejecting brings the same records again after a pause, nothing later of that partition before them.
   * Never called twice at once for a partition. Delivery is at least once: keep an inbox.
   */
  readonly onBatch: (batch: Batch) => Promise<void>;
  /**
   * The next offset to read of a partition, asked for whenever the subscription is given it; null leaves it to what the bus remembers of the
   * group, and that to the oldest record. Whoever keeps offsets with its state answers from there: the bus's own memory only informs.
   */
  readonly startOffset?: (topic: string, partition: number) => Promise<string | null>;
}

export interface Subscription {
  /** Takes no more batches, waits for those being worked on, and leaves the group. */
  close(): Promise<void>;
}

/**
 * Topics with partitions, at least once, bytes in and bytes out.
 *
 * - `publish` resolves when the records are as durable as the bus makes them; all or none of one call is not promised, the order of each
 *   key is. It rejects with `messaging.unavailable` (retryable: some may have been published), `messaging.record_too_large`,
 *   `messaging.topic_unknown` or `messaging.publish_failed`, and inside an open transaction with `storage.transaction_open`: use the outbox there.
 * - Topics exist before they are used; who makes them is the deployment's affair.
 * - After `close`, everything rejects with `messaging.closed`.
 */
export interface EventBus {
  publish(records: readonly OutgoingRecord[]): Promise<void>;
  subscribe(options: SubscribeOptions): Promise<Subscription>;
  /** Whether the bus answers now. */
  ping(): Promise<void>;
  /** Closes every subscription, then the bus. */
  close(): Promise<void>;
}
export const EventBus = Symbol('EventBus');

/** The largest record that every bus takes, key and headers included. */
export const MAX_RECORD_BYTES = 1_000_000;

/** What a record takes on the wire, near enough to hold it to a limit. */
export function recordBytes({ key, value, headers }: OutgoingRecord): number {
  let bytes = value.length + Buffer.byteLength(key);
  for (const [name, text] of Object.entries(headers)) bytes += Buffer.byteLength(name) + Buffer.byteLength(text);
  return bytes;
}

/** The offset after the last record of a batch: what to store as the next to read. */
export function nextOffset({ records }: Batch): string {
  const last = records.at(-1);
  if (!last) throw new TypeError('a batch has at least one record');
  return (BigInt(last.offset) + 1n).toString();
}
