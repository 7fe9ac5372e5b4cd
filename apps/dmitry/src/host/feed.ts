import { TOPICS } from '@dmitry/contracts';
import type { EventBus, OutgoingRecord } from '@dmitry/messaging';
import { detectFormat, normalise } from '@dmitry/normalise';

/** A record of the input, with its number. */
export interface FedRecord {
  readonly index: number;
  readonly value: unknown;
}

/** Records that travel in one publish. */
const BATCH = 200;
/** Keys spread records over partitions; findings do not depend on the order (DESIGN.md 6). */
const KEYS = 16;

export interface FeedOptions {
  readonly embedded: { readonly bus: EventBus };
  /** As `--from` names it. */
  readonly format: string;
  readonly tenant: string;
}

/**
 * Gives records to the topics that the orchestrator consumes, as a producer on Kafka would. Resolves when every record is accepted, refused
 * or known.
 */
export async function feed(
  records: AsyncIterable<FedRecord>,
  { embedded: { bus }, format, tenant }: FeedOptions,
  progress: (count: number) => void,
): Promise<number> {
  let count = 0;
  let batch: FedRecord[] = [];
  const flush = async (): Promise<void> => {
    await bus.publish(batch.map((record) => messageOf(record, format, tenant)));
    count += batch.length;
    batch = [];
    progress(count);
  };
  for await (const record of records) {
    batch.push(record);
    if (batch.length === BATCH) await flush();
  }
  if (batch.length > 0) await flush();
  return count;
}

const messageOf = ({ index, value }: FedRecord, format: string, tenant: string): OutgoingRecord => {
  const record = recognisable(value, format, tenant);
  return {
    topic: detectFormat(record) === 'ocsf' ? TOPICS.ocsfEvents : TOPICS.securityEvents,
    key: `records-${index % KEYS}`,
    value: Buffer.from(JSON.stringify(record)),
    headers: { 'dmitry-record': String(index) },
  };
};

/** Consumers recognise formats by themselves; a record whose format only its name tells is sent as the OCSF event that it is. */
function recognisable(value: unknown, format: string, tenant: string): unknown {
  if (format === 'auto' || detectFormat(value) !== null) return value;
  const result = normalise(format, value, { tenant });
  return result.ok ? result.event : value;
}
