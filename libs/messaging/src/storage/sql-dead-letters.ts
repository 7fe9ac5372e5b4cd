import { deadLetterTopic, digestOf } from '@dmitry/contracts';
import type { DataKeys, Sealer, Tx } from '@dmitry/storage';
import {
  DEAD_LETTER_HEADERS,
  type DeadLetter,
  type DeadLetterContent,
  deadLetterErased,
  deadLetterNotFound,
  deadLetterOffTheBus,
  type DeadLetters,
  isOffTheBus,
  MAX_RECORD_BYTES,
  type Outbox,
  type OutgoingRecord,
  recordBytes,
  type RefusedRecord,
} from '../core/index.ts';

export interface DeadLettersOptions {
  readonly outbox: Outbox;
  readonly keys: DataKeys;
  readonly sealer: Sealer;
}

interface LetterRow extends Record<string, unknown> {
  readonly id: string;
  readonly topic: string;
  readonly partition: number;
  readonly record_offset: string;
  readonly key: string | null;
  readonly headers: Record<string, string>;
  readonly code: string;
  readonly detail: string;
  readonly refused_at: Date;
  readonly replayed_at: Date | null;
}

const COLUMNS = 'id, topic, partition, record_offset, key, headers, code, detail, refused_at, replayed_at';
const INSERT = `
INSERT INTO dead_letter (tenant, id, topic, partition, record_offset, key, headers, key_id, sealed, code, detail)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (tenant, id) DO NOTHING RETURNING id`;
const LIST = `
SELECT ${COLUMNS} FROM dead_letter WHERE tenant = $1 AND ($2::text IS NULL OR code = $2)
   AND ($3::text IS NULL OR place < (SELECT place FROM dead_letter WHERE tenant = $1 AND id = $3))
 ORDER BY place DESC LIMIT $4`;

export const createDeadLetters = (options: DeadLettersOptions): DeadLetters => new SqlDeadLetters(options);

class SqlDeadLetters implements DeadLetters {
  constructor(private readonly options: DeadLettersOptions) {}

  async put(tx: Tx, refused: RefusedRecord): Promise<string> {
    const { outbox, keys, sealer } = this.options;
    const { topic, partition, record, code, detail } = refused;
    const id = digestOf([topic, partition, record.offset]).slice(0, 32);
    const key = await keys.current(tx);
    const sealed = sealer.seal(key, record.value, placeOf(tx, id));
    const row = [
      tx.tenant,
      id,
      topic,
      partition,
      record.offset,
      record.key,
      record.headers,
      key.id,
      sealed,
      code,
      detail,
    ];
    if ((await tx.query(INSERT, row)).length === 0) return id; // refused before, and told then
    if (!isOffTheBus(topic)) await outbox.enqueue(tx, announcement(id, refused));
    return id;
  }

  async list(tx: Tx, query: { limit: number; after?: string; code?: string }): Promise<DeadLetter[]> {
    const rows = await tx.query<LetterRow>(LIST, [tx.tenant, query.code, query.after, query.limit]);
    return rows.map(letterOf);
  }

  async get(tx: Tx, id: string): Promise<DeadLetterContent | null> {
    const { keys, sealer } = this.options;
    const [row] = await tx.query<LetterRow & { key_id: string; sealed: Uint8Array }>(
      `SELECT ${COLUMNS}, key_id, sealed FROM dead_letter WHERE tenant = $1 AND id = $2`,
      [tx.tenant, id],
    );
    if (!row) return null;
    const key = await keys.byId(tx, row.key_id);
    return { ...letterOf(row), value: key ? sealer.open(key, row.sealed, placeOf(tx, id)) : null };
  }

  async replay(tx: Tx, id: string): Promise<void> {
    const letter = await this.get(tx, id);
    if (!letter) throw deadLetterNotFound(id);
    const { topic, key, value, headers } = letter;
    if (isOffTheBus(topic)) throw deadLetterOffTheBus(id);
    if (!value) throw deadLetterErased(id);
    await this.options.outbox.enqueue(tx, {
      topic,
      key: key ?? id,
      value,
      headers: { ...headers, [DEAD_LETTER_HEADERS.replayOf]: id },
    });
    await tx.query('UPDATE dead_letter SET replayed_at = now() WHERE tenant = $1 AND id = $2', [tx.tenant, id]);
  }
}

const placeOf = (tx: Tx, id: string): string => `dead-letter ${tx.tenant} ${id}`;

/** What goes to the dead-letter topic: the record with the reason, or the reason alone where both together would be too large. */
function announcement(id: string, refused: RefusedRecord): OutgoingRecord {
  const { topic, record } = refused;
  const reason = reasonHeaders(id, refused);
  const whole = {
    topic: deadLetterTopic(topic),
    key: record.key ?? id,
    value: record.value,
    headers: { ...record.headers, ...reason },
  };
  if (recordBytes(whole) <= MAX_RECORD_BYTES - TRACE_BYTES) return whole;
  return {
    ...whole,
    key: id,
    value: new Uint8Array(0),
    headers: { ...reason, [DEAD_LETTER_HEADERS.omitted]: 'too large' },
  };
}

/** Room for the trace header that the outbox adds. */
const TRACE_BYTES = 100;

const reasonHeaders = (
  id: string,
  { topic, partition, record, code, detail }: RefusedRecord,
): Record<string, string> => ({
  [DEAD_LETTER_HEADERS.id]: id,
  [DEAD_LETTER_HEADERS.code]: code,
  [DEAD_LETTER_HEADERS.detail]: detail,
  [DEAD_LETTER_HEADERS.topic]: topic,
  [DEAD_LETTER_HEADERS.partition]: String(partition),
  [DEAD_LETTER_HEADERS.offset]: record.offset,
});

const letterOf = ({ id, topic, partition, key, headers, code, detail, ...row }: LetterRow): DeadLetter => ({
  id,
  topic,
  partition,
  offset: row.record_offset,
  key,
  headers,
  code,
  detail,
  refusedAt: row.refused_at,
  replayedAt: row.replayed_at,
});
