import type { Tx } from '@dmitry/storage';
import { CompactTree, EMPTY_ROOT, ledgerFault } from '../core/index.ts';

/** The state of a log as it is committed. */
export interface LogHead {
  readonly tree: CompactTree;
  readonly tiledSize: number;
  readonly signedSize: number;
}

interface HeadRow extends Record<string, unknown> {
  readonly size: string;
  readonly root: Uint8Array;
  readonly edge: Uint8Array;
  readonly tiled_size: string;
  readonly signed_size: string;
}

const HEAD = 'SELECT size, root, edge, tiled_size, signed_size FROM ledger_head WHERE tenant = $1';
const MAKE_HEAD = `INSERT INTO ledger_head (tenant, root, edge) VALUES ($1, $2, '') ON CONFLICT DO NOTHING`;

/** The head of the transaction's tenant; made when there is none. @throws DmitryError `ledger.tree_invalid` when it contradicts itself */
export async function readHead(tx: Tx): Promise<LogHead> {
  let [row] = await tx.query<HeadRow>(HEAD, [tx.tenant]);
  if (!row) {
    await tx.query(MAKE_HEAD, [tx.tenant, EMPTY_ROOT]);
    [row] = await tx.query<HeadRow>(HEAD, [tx.tenant]);
  }
  const { size, root, edge, tiled_size, signed_size } = row as HeadRow;
  const tree = CompactTree.from(Number(size), edge);
  if (Buffer.compare(tree.root(), root) !== 0)
    throw ledgerFault(
      'ledger.tree_invalid',
      `the stored root of ${size} entries is not what its right edge gives: run fsck before anything is signed`,
    );
  return { tree, tiledSize: Number(tiled_size), signedSize: Number(signed_size) };
}

interface Waiting {
  readonly serials: readonly string[];
  readonly leafHashes: readonly Uint8Array[];
}

/**
 * Keeps a lateral look-up what it says, by the key for each row. Without it the planner may join with all entries that the log ever had:
 * it knows of thousands of rows that waited once and not that they are gone.
 */
export const ROW_BY_ROW = 'OFFSET 0';

/** What waits for its place and is committed, in the order of insertion. An entry that commits late comes with a later round. */
export async function readWaiting(tx: Tx, limit: number): Promise<Waiting> {
  const rows = await tx.query<{ serial: string; leaf_hash: Uint8Array }>(
    `SELECT p.serial, e.leaf_hash FROM (SELECT serial FROM ledger_pending WHERE tenant = $1 ORDER BY serial LIMIT ${limit}) AS p
     JOIN LATERAL (SELECT leaf_hash FROM ledger_entry WHERE tenant = $1 AND serial = p.serial ${ROW_BY_ROW}) AS e ON true ORDER BY p.serial`,
    [tx.tenant],
  );
  return { serials: rows.map(({ serial }) => serial), leafHashes: rows.map(({ leaf_hash }) => leaf_hash) };
}

/**
 * One statement: the head moves on if nobody moved it and no later sequencer wrote it, and only then the entries get their places. A
 * sequencer that was suspended and comes back finds the head moved and changes nothing.
 */
const ASSIGN = `
WITH head AS (
  UPDATE ledger_head SET fence = $2, size = $4, root = $5, edge = $6 WHERE tenant = $1 AND fence <= $2 AND size = $3 RETURNING tenant
), gone AS (
  DELETE FROM ledger_pending p USING head WHERE p.tenant = head.tenant AND p.serial = ANY ($7::bigint[]) RETURNING p.serial
), segment AS (
  INSERT INTO ledger_segment (tenant, first, n, min_serial, max_serial, serials)
  SELECT tenant, $3, cardinality($7::bigint[]), ($7::bigint[])[1], ($7::bigint[])[cardinality($7::bigint[])], $7::bigint[] FROM head
)
SELECT (SELECT count(*) FROM head) AS moved, (SELECT count(*) FROM gone) AS gone`;

/** @throws DmitryError `ledger.fenced` (nothing changed) · `ledger.tree_invalid` when an entry was not waiting (rolls back) */
export async function assignPlaces(tx: Tx, fence: number, before: CompactTree, waiting: Waiting): Promise<void> {
  const after = before.append(waiting.leafHashes);
  const [row] = await tx.query<{ moved: string; gone: string }>(ASSIGN, [
    tx.tenant,
    fence,
    before.size,
    after.size,
    after.root(),
    after.edgeBytes(),
    waiting.serials,
  ]);
  if (Number(row?.moved) !== 1) throw fenced('assigning places');
  if (Number(row?.gone) !== waiting.serials.length)
    throw ledgerFault(
      'ledger.tree_invalid',
      'entries were given places that did not wait for any: nothing was changed; run fsck',
    );
}

export const fenced = (what: string) =>
  ledgerFault(
    'ledger.fenced',
    `another sequencer took over this log while this one was ${what}; it goes on from what is committed`,
    {
      retryable: true,
      severity: 'info',
    },
  );
