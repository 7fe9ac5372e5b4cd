import type { Tx } from '@dmitry/storage';
import {
  type EntryStore,
  leafHash,
  ledgerFault,
  type LedgerQuery,
  type Reservation,
  type StoredEntry,
  type WrittenEntry,
} from '../core/index.ts';
import { ENTRY_COLUMNS, type EntryRow, isId, LOOKUP_COLUMNS, storedEntry } from './stored-rows.ts';

/** Kinds of work that entries give rise to. */
export const SEQUENCE_WORK = 'ledger';
export const SESSION_WORK = 'ledger-session';

const RESERVE = `
INSERT INTO ledger_session AS s (tenant, id, next_seq, last_ms) VALUES ($1, $2, $3, $4)
ON CONFLICT (tenant, id) DO UPDATE SET next_seq = s.next_seq + excluded.next_seq, last_ms = excluded.last_ms WHERE NOT s.sealed
RETURNING s.next_seq - $3 AS first_seq, (SELECT since_ms FROM ledger_pending WHERE tenant = $1 ORDER BY serial LIMIT 1) AS waiting`;

const RESERVE_SEAL = `
UPDATE ledger_session SET next_seq = next_seq + $3, last_ms = $4, sealed = true WHERE tenant = $1 AND id = $2 AND NOT sealed
RETURNING next_seq - $3 AS first_seq, NULL AS waiting`;

/** The n-th piece of a parameter that carries many: an array of bytea would travel as text, four times as much work. */
const piece = (bytes: number, ends: number, n: string): string =>
  `substring($${bytes}::bytea FROM coalesce(($${ends}::int[])[${n} - 1], 0) + 1 FOR ($${ends}::int[])[${n}] - coalesce(($${ends}::int[])[${n} - 1], 0))`;

/** One statement: payload parts, entries in the order given, their pending rows, intents that now wait and those that no longer do. */
const INSERT = `
WITH parts AS (
  INSERT INTO ledger_payload (tenant, digest, ciphertext)
  SELECT $1, d.digest, ${piece(3, 4, 'd.n::int')} FROM unnest($2::text[]) WITH ORDINALITY AS d(digest, n) ON CONFLICT DO NOTHING
), added AS (
  INSERT INTO ledger_entry (tenant, id, type, session, seq, time_ms, intent, ${LOOKUP_COLUMNS.join(', ')}, subjects, leaf_hash, body)
  SELECT $1, c.id, c.type, c.session, c.seq, c.time_ms, c.intent, ${LOOKUP_COLUMNS.map((name) => `c.${name}`).join(', ')}, c.subjects,
    substring($16::bytea FROM (c.n::int - 1) * 32 + 1 FOR 32), convert_from(${piece(17, 18, 'c.n::int')}, 'UTF8')
  FROM unnest($5::uuid[], $6::text[], $7::uuid[], $8::bigint[], $9::bigint[], $10::uuid[],
    $11::text[], $12::text[], $13::text[], $14::text[], $15::text[], $20::text[])
    WITH ORDINALITY AS c(id, type, session, seq, time_ms, intent, ${LOOKUP_COLUMNS.join(', ')}, subjects, n)
  ORDER BY c.n
  RETURNING serial, id, type, time_ms
), waiting AS (
  INSERT INTO ledger_pending (tenant, serial, since_ms) SELECT $1, serial, time_ms FROM added
), opened AS (
  INSERT INTO ledger_open_intent (tenant, id, time_ms) SELECT $1, id, time_ms FROM added WHERE type = 'intent' AND id <> ALL ($19::uuid[])
)
DELETE FROM ledger_open_intent WHERE tenant = $1 AND id = ANY ($19::uuid[])`;

/** Rows of a ledger in PostgreSQL or PGlite. */
export class SqlEntryStore implements EntryStore {
  constructor(private readonly now: () => number) {}

  async reserve(tx: Tx, sessionId: string, count: number, seal: boolean): Promise<Reservation | null> {
    const [row] = await tx.query<{ first_seq: string; waiting: string | null }>(seal ? RESERVE_SEAL : RESERVE, [
      tx.tenant,
      sessionId,
      count,
      this.now(),
    ]);
    if (!row) return null;
    const firstSeq = Number(row.first_seq);
    if (firstSeq === 0) await tx.signal(SESSION_WORK); // whoever sweeps must know that a session is open
    return { firstSeq, waitingSinceMs: numberOrNull(row.waiting) };
  }

  async insert(tx: Tx, entries: readonly WrittenEntry[]): Promise<void> {
    const parts = entries.flatMap((one) => one.parts);
    const digests = parts.map(({ part }) => part.digest);
    await tx.query(INSERT, [
      tx.tenant,
      digests,
      ...packed(parts.map(({ ciphertext }) => ciphertext)),
      ...columnsOf(entries),
    ]);
    await tx.signal(SEQUENCE_WORK);
  }

  async list(tx: Tx, query: LedgerQuery & { readonly limit: number }): Promise<StoredEntry[]> {
    const { where, params } = await this.conditions(tx, query);
    const rows = await tx.query<EntryRow>(
      `SELECT ${ENTRY_COLUMNS} FROM ledger_entry e WHERE ${where.join(' AND ')} ORDER BY e.serial ${query.newestFirst ? 'DESC' : 'ASC'} LIMIT ${query.limit}`,
      params,
    );
    return rows.map(storedEntry);
  }

  private async conditions(tx: Tx, query: LedgerQuery): Promise<{ where: string[]; params: unknown[] }> {
    const where = ['e.tenant = $1'];
    const params: unknown[] = [tx.tenant];
    const and = (value: unknown, condition: (place: string) => string): void => {
      where.push(`e.${condition(`$${params.push(value)}`)}`);
    };
    for (const column of ['type', ...LOOKUP_COLUMNS] as const)
      if (query[column] !== undefined) and(query[column], (place) => `${column} = ${place}`);
    if (query.session !== undefined) and(isId(query.session) ? query.session : null, (place) => `session = ${place}`);
    if (query.after !== undefined)
      and(await this.serialOf(tx, query.after), (place) => `serial ${query.newestFirst ? '<' : '>'} ${place}`);
    if (query.ids) and(query.ids.filter(isId), (place) => `id = ANY(${place}::uuid[])`);
    return { where, params };
  }

  private async serialOf(tx: Tx, id: string): Promise<string> {
    const rows = isId(id)
      ? await tx.query<{ serial: string }>('SELECT serial FROM ledger_entry WHERE tenant = $1 AND id = $2', [
          tx.tenant,
          id,
        ])
      : [];
    if (!rows[0])
      throw ledgerFault('ledger.entry_unknown', `no entry ${id} of this tenant to go on from`, { severity: 'info' });
    return rows[0].serial;
  }

  async ciphertexts(tx: Tx, digests: readonly string[]): Promise<ReadonlyMap<string, Uint8Array>> {
    const rows = await tx.query<{ digest: string; ciphertext: Uint8Array }>(
      'SELECT digest, ciphertext FROM ledger_payload WHERE tenant = $1 AND digest = ANY($2::text[])',
      [tx.tenant, digests],
    );
    return new Map(rows.map(({ digest, ciphertext }) => [digest, ciphertext]));
  }

  async dangling(tx: Tx, beforeMs: number, limit: number): Promise<StoredEntry[]> {
    const rows = await tx.query<EntryRow>(
      `SELECT ${ENTRY_COLUMNS} FROM ledger_open_intent o JOIN ledger_entry e ON e.tenant = o.tenant AND e.id = o.id
       WHERE o.tenant = $1 AND o.time_ms < $2 ORDER BY o.time_ms, e.serial LIMIT $3`,
      [tx.tenant, beforeMs, limit],
    );
    return rows.map(storedEntry);
  }

  async waitingSinceMs(tx: Tx): Promise<number | null> {
    const [row] = await tx.query<{ since_ms: string }>(
      'SELECT since_ms FROM ledger_pending WHERE tenant = $1 ORDER BY serial LIMIT 1',
      [tx.tenant],
    );
    return numberOrNull(row?.since_ms ?? null);
  }
}

const numberOrNull = (text: string | null): number | null => (text === null ? null : Number(text));

/** Many pieces as one parameter, and where each of them ends. */
function packed(pieces: readonly Uint8Array[]): [Uint8Array, number[]] {
  let end = 0;
  const ends = pieces.map(({ length }) => (end += length));
  return [Buffer.concat(pieces), ends];
}

/** Parameters 5 to 20 of INSERT. */
function columnsOf(entries: readonly WrittenEntry[]): unknown[] {
  const column = (of: (one: WrittenEntry) => unknown): unknown[] => entries.map(of);
  return [
    column(({ entry }) => entry.id),
    column(({ entry }) => entry.type),
    column(({ entry }) => entry.session.id),
    column(({ entry }) => entry.session.seq),
    column(({ entry }) => Date.parse(entry.time)),
    column(({ entry }) => entry.refs.intent ?? null),
    ...LOOKUP_COLUMNS.map((name) => column(({ lookups }) => lookups[name] ?? null)),
    Buffer.concat(entries.map(({ bytes }) => leafHash(bytes))),
    ...packed(entries.map(({ bytes }) => bytes)),
    entries.flatMap(({ entry }) => (entry.type === 'outcome' ? (entry.refs.intent ?? []) : [])),
    column(({ lookups: { subjects } }) => (subjects === undefined ? null : JSON.stringify(subjects))),
  ];
}
