import type { Tx } from '@dmitry/storage';
import { ROW_BY_ROW } from './log-head.ts';

/** Entries with the places `from` (included) to `to` (excluded), in their order. */
const PLACED = (column: string): string => `
SELECT e.${column} AS value FROM ledger_segment s
  CROSS JOIN LATERAL unnest(s.serials) WITH ORDINALITY AS u(serial, n)
  JOIN LATERAL (SELECT ${column} FROM ledger_entry WHERE tenant = s.tenant AND serial = u.serial ${ROW_BY_ROW}) AS e ON true
WHERE s.tenant = $1 AND s.first < $3
  AND s.first >= coalesce((SELECT max(first) FROM ledger_segment WHERE tenant = $1 AND first <= $2), 0)
  AND s.first + u.n - 1 >= $2 AND s.first + u.n - 1 < $3
ORDER BY s.first + u.n`;

const LEAF_HASHES = PLACED('leaf_hash');
const BODIES = PLACED('body');

export async function leafHashesBetween(tx: Tx, from: number, to: number): Promise<Uint8Array[]> {
  const rows = await tx.query<{ value: Uint8Array }>(LEAF_HASHES, [tx.tenant, from, to]);
  return rows.map(({ value }) => value);
}

export async function leavesBetween(tx: Tx, from: number, to: number): Promise<Uint8Array[]> {
  const rows = await tx.query<{ value: string }>(BODIES, [tx.tenant, from, to]);
  return rows.map(({ value }) => Buffer.from(value, 'utf8'));
}

export async function readTileRow(tx: Tx, level: number, index: number): Promise<Uint8Array | null> {
  const [row] = await tx.query<{ hashes: Uint8Array }>(
    'SELECT hashes FROM ledger_tile WHERE tenant = $1 AND level = $2 AND index = $3',
    [tx.tenant, level, index],
  );
  return row?.hashes ?? null;
}
