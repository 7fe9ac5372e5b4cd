import { OPERATOR_TENANT } from '@dmitry/contracts';
import { isDmitryError } from '@dmitry/kit';
import { type Batch, INBOX_CONFLICT, type IncomingRecord, nextOffset } from '@dmitry/messaging';
import type { Tx } from '@dmitry/storage';
import type { PipelineOptions } from './pipeline-options.ts';
import type { EventRecorder, IncomingEvent, RecordOutcome } from './record-events.ts';
import { tenantOf, type TenantRouting } from './tenant-routing.ts';

interface Fault {
  readonly code: string;
  readonly message: string;
}

interface Parsed {
  readonly from: IncomingRecord;
  readonly tenant: string;
  readonly record: unknown;
  /** Why it cannot be taken at all. */
  readonly fault: Fault | null;
}

/** Records of one tenant in a batch; `isLast`: nothing of the batch comes after them. */
interface Part {
  readonly own: readonly Parsed[];
  readonly isLast: boolean;
}

const UNPROCESSABLE = 'this record could not be processed; the log says why';

/** Faults of what a record holds. They come again with every redelivery; a store that is away, slow or contended does not. */
const POISON_CODES = new Set([
  'storage.query_failed',
  'storage.conflict',
  'ledger.entry_invalid',
  'ledger.entry_too_large',
  'messaging.record_too_large',
]);
const isPoison = (error: unknown): boolean => !isDmitryError(error) || POISON_CODES.has(error.code);

/**
 * Batches of an input topic. A batch is acknowledged when everything in it is durable: accepted, known, in conflict, or a dead letter
 * with its original bytes. The offset is written with the last of it, so that consumers go on from the database.
 */
export class EventConsumer {
  constructor(
    private readonly options: PipelineOptions,
    private readonly recorder: EventRecorder,
    private readonly routing: TenantRouting,
    private readonly group: string,
  ) {}

  async handle(batch: Batch): Promise<void> {
    const parsed = batch.records.map((record) => this.#parse(batch.topic, record));
    const tenants = [...new Set(parsed.map(({ tenant }) => tenant))].sort();
    for (const tenant of tenants) {
      const own = parsed.filter((each) => each.tenant === tenant);
      await this.#record(batch, tenant, { own, isLast: tenant === tenants.at(-1) });
      await this.options.killPoint?.('consume.after-record');
    }
  }

  /** Where a consumer of this group goes on, or null at its first start. */
  startOffset(topic: string, partition: number): Promise<string | null> {
    return this.options.database.worker((tx) => this.options.offsets.get(tx, this.group, topic, partition));
  }

  #parse(topic: string, from: IncomingRecord): Parsed {
    let record: unknown;
    try {
      record = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(from.value));
    } catch {
      const fault = { code: 'normalise.malformed_json', message: 'the value is not one JSON document in UTF-8' };
      const verdict = tenantOf(this.routing, topic, null);
      return { from, tenant: verdict.kind === 'of' ? verdict.tenant : OPERATOR_TENANT, record: null, fault };
    }
    const verdict = tenantOf(this.routing, topic, record);
    if (verdict.kind === 'of') return { from, tenant: verdict.tenant, record, fault: null };
    const fault = { code: 'normalise.tenant_mismatch', message: verdict.message };
    return { from, tenant: verdict.owner ?? OPERATOR_TENANT, record, fault };
  }

  /** A record that makes the whole fail costs itself alone: the others are stored one by one, and it becomes a dead letter. */
  async #record(batch: Batch, tenant: string, part: Part): Promise<void> {
    try {
      await this.#store(batch, tenant, part);
    } catch (error) {
      if (!isPoison(error)) throw error;
      this.options.logger.error('consume.batch_failed', { topic: batch.topic, partition: batch.partition, error });
      for (const [at, each] of part.own.entries()) {
        const isLast = part.isLast && at === part.own.length - 1;
        await this.#storeOne(batch, tenant, { own: [each], isLast });
      }
    }
  }

  async #storeOne(batch: Batch, tenant: string, { own, isLast }: Part): Promise<void> {
    try {
      await this.#store(batch, tenant, { own, isLast });
    } catch (error) {
      if (!isPoison(error)) throw error;
      const fault = { code: isDmitryError(error) ? error.code : 'internal.unexpected', message: UNPROCESSABLE };
      await this.#store(batch, tenant, { own: own.map((each) => ({ ...each, fault })), isLast });
    }
  }

  async #store(batch: Batch, tenant: string, part: Part): Promise<void> {
    const readable = part.own.filter((each) => each.fault === null);
    const also = async (tx: Tx, outcomes: readonly RecordOutcome[]): Promise<void> => {
      const verdicts = outcomes.values();
      for (const { from, fault } of part.own) {
        const reason = fault ?? faultOf(verdicts.next().value);
        if (reason) await this.#deadLetter(tx, batch, from, reason);
      }
      if (part.isLast) await this.options.offsets.put(tx, this.group, batch.topic, batch.partition, nextOffset(batch));
    };
    await this.recorder.record(tenant, readable.map(incomingOf), also);
  }

  async #deadLetter(
    tx: Tx,
    { topic, partition }: Batch,
    record: IncomingRecord,
    { code, message }: Fault,
  ): Promise<void> {
    await this.options.deadLetters.put(tx, { topic, partition, record, code, detail: message });
  }
}

/** A producer that numbers its records says so in a header; the number is for people to find the record again. */
function incomingOf({ record, from }: Parsed): IncomingEvent {
  const number = from.headers['dmitry-record'] ?? '';
  return /^\d{1,9}$/.test(number) ? { record, index: Number(number) } : { record };
}

/** Why a record becomes a dead letter: it cannot be read as an event, or another content came under its id before. */
function faultOf(outcome: RecordOutcome | undefined): Fault | null {
  if (outcome?.status === 'conflict') {
    return { code: INBOX_CONFLICT, message: 'another content was accepted under the id of this event before' };
  }
  if (outcome?.status !== 'refused') return null;
  const code = outcome.faults[0]?.code ?? 'normalise.invalid_record';
  return { code, message: outcome.faults.map(({ message }) => message).join('; ') };
}
