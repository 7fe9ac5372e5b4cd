import type { Database, Tx } from '@dmitry/storage';
import { ledgerFault, TILE_WIDTH } from '../core/index.ts';
import { PRUNER_ROLE } from './ledger-migrations.ts';

export interface PruneOptions {
  readonly database: Database;
  readonly tenant: string;
  /** The new minimum index; it is lowered to the beginning of its tile. */
  readonly minimumIndex: number;
}

export interface Pruned {
  /** Below which entries may be gone from now on. */
  readonly minimumIndex: number;
  /** Entries that were removed with their payloads. */
  readonly removed: number;
  /** Entries below the minimum that stay. */
  readonly kept: number;
}

/** Entries `b` with a place below $2. */
const BELOW = `
SELECT e.serial, e.id, e.session FROM ledger_segment s
  CROSS JOIN LATERAL unnest(s.serials) WITH ORDINALITY AS u(serial, n)
  JOIN ledger_entry e ON e.tenant = s.tenant AND e.serial = u.serial
WHERE s.tenant = $1 AND s.first < $2 AND s.first + u.n - 1 < $2`;

/** Ids in the references of an entry: of entries, and of sessions that it continues. */
const REFERENCES = `regexp_matches((k.body::json -> 'refs')::text, '([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})', 'g') AS r(ids)`;

/**
 * One statement: the head takes the new minimum if a signed checkpoint covers it, and only then entries go. Whole sessions stay when they are
 * open, hold an intent without an outcome, reach up to the minimum, or hold something that an entry which stays rests on: what is left can
 * still be exported with everything that belongs to it. Tiles stay, so every proof does.
 */
const PRUNE = `
WITH RECURSIVE head AS (
  UPDATE ledger_head SET minimum_index = greatest(minimum_index, $2) WHERE tenant = $1 AND signed_size >= $2 RETURNING tenant
), below AS MATERIALIZED (${BELOW}
), staying(session) AS (
  (
    SELECT id FROM ledger_session WHERE tenant = $1 AND NOT sealed
    UNION
    SELECT e.session FROM ledger_open_intent o JOIN ledger_entry e ON e.tenant = o.tenant AND e.id = o.id WHERE o.tenant = $1
    UNION
    SELECT e.session FROM ledger_entry e WHERE e.tenant = $1 AND NOT EXISTS (SELECT FROM below b WHERE b.serial = e.serial)
  )
  UNION
  SELECT b.session FROM staying t
    JOIN ledger_entry k ON k.tenant = $1 AND k.session = t.session
    CROSS JOIN LATERAL ${REFERENCES}
    JOIN below b ON b.id = r.ids[1]::uuid OR b.session = r.ids[1]::uuid
), gone AS (
  DELETE FROM ledger_entry e USING head, below b
  WHERE e.tenant = head.tenant AND e.serial = b.serial AND b.session NOT IN (SELECT session FROM staying)
  RETURNING e.body
), payloads AS (
  DELETE FROM ledger_payload p USING (
    SELECT part ->> 'digest' AS digest FROM gone CROSS JOIN LATERAL json_array_elements(gone.body::json -> 'payload') AS part
  ) AS d WHERE p.tenant = $1 AND p.digest = d.digest
)
SELECT (SELECT count(*) FROM head) AS moved, (SELECT count(*) FROM gone) AS removed, (SELECT count(*) FROM below) AS below`;

/**
 * Removes the entries of a log below a minimum index, with their payloads, for good: when the retention policy says so (C2SP tlog-tiles,
 * Pruning). Idempotent; run again with the same index it takes what had to stay before and need not any more. Reads the whole log once,
 * in one transaction. Under a role of its own: the product's cannot remove entries.
 * @throws DmitryError `ledger.prune_refused` for what no signed checkpoint covers; nothing is removed then
 */
export function pruneLog({ database, tenant, minimumIndex }: PruneOptions): Promise<Pruned> {
  const minimum = Math.floor(minimumIndex / TILE_WIDTH) * TILE_WIDTH;
  return database.tenant(tenant, async (tx) => {
    await tx.query(`SET LOCAL ROLE ${PRUNER_ROLE}`);
    const [row] = await tx.query<{ moved: string; removed: string; below: string }>(PRUNE, [tenant, minimum]);
    if (Number(row?.moved) !== 1)
      throw ledgerFault(
        'ledger.prune_refused',
        `no signed checkpoint covers ${minimum} entries of this log: only what is signed may be pruned`,
      );
    const [removed, below] = [Number(row?.removed), Number(row?.below)];
    const [head] = await tx.query<{ minimum_index: string }>(
      'SELECT minimum_index FROM ledger_head WHERE tenant = $1',
      [tenant],
    );
    return { minimumIndex: Number(head?.minimum_index), removed, kept: below - removed };
  });
}

const FIRST_SINCE = `
SELECT min(s.first + u.n - 1) AS place FROM ledger_segment s
  CROSS JOIN LATERAL unnest(s.serials) WITH ORDINALITY AS u(serial, n)
  JOIN ledger_entry e ON e.tenant = s.tenant AND e.serial = u.serial
WHERE s.tenant = $1 AND e.time_ms >= $2`;

/** The place of the first entry that is not older than `timeMs`: the minimum index of "keep everything since". Null when all are older. */
export async function firstPlaceSince(tx: Tx, timeMs: number): Promise<number | null> {
  const [row] = await tx.query<{ place: string | null }>(FIRST_SINCE, [tx.tenant, timeMs]);
  return row?.place == null ? null : Number(row.place);
}
