import { isoTime } from '@dmitry/kit';
import { TOPICS } from '@dmitry/contracts';
import type { EventBus, OutgoingRecord } from '@dmitry/messaging';
import { detectFormat, normalise } from '@dmitry/normalise';
import type { Simulator } from '@dmitry/platform-simulator';

/** A record of the input, with its number. */
export interface FedRecord {
  readonly index: number;
  readonly value: unknown;
}

/** Records that travel in one publish. */
const BATCH = 200;
/** Keys spread records over partitions; findings do not depend on the order (DESIGN.md 6). */
const KEYS = 16;

/**
 * Gives records to the topics that the orchestrator consumes, as a producer on Kafka would, and to the simulated PDRI, which in a
 * deployment reads the same topic. Resolves when every record is accepted, refused or known.
 */
export async function feed(
  records: AsyncIterable<FedRecord>,
  into: {
    readonly bus: EventBus;
    readonly simulator: Simulator | null;
    readonly tenant: string;
    readonly format: string;
  },
  progress: (count: number) => void,
): Promise<number> {
  let count = 0;
  let batch: FedRecord[] = [];
  const flush = async (): Promise<void> => {
    into.simulator?.ingest(
      into.tenant,
      batch.flatMap(({ value }) => graphEventOf(value, into)),
    );
    await into.bus.publish(batch.map((record) => messageOf(record)));
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

const messageOf = ({ index, value }: FedRecord): OutgoingRecord => ({
  topic: detectFormat(value) === 'ocsf' ? TOPICS.ocsfEvents : TOPICS.securityEvents,
  key: `records-${index % KEYS}`,
  value: Buffer.from(JSON.stringify(value)),
  headers: { 'dmitry-record': String(index) },
});

/** PDRI's own events go to it as they are; of others it learns who touched what, from their OCSF form. */
function graphEventOf(value: unknown, { tenant, format }: { tenant: string; format: string }): readonly unknown[] {
  if (detectFormat(value) === 'security-event') return [value];
  const result = normalise(format, value, { tenant });
  if (!result.ok) return [];
  const { identity, event, entities } = result;
  return [
    {
      event_id: identity.id,
      source_system_id: identity.source,
      timestamp: isoTime(identity.timeMs),
      ocsf: event,
      entities,
    },
  ];
}
