import type { Database, Tx } from '@dmitry/storage';
import {
  createPseudonyms,
  encodeEntryBundle,
  HASH_BYTES,
  type LogReader,
  type LogSource,
  type SignedCheckpoint,
  signedCheckpoint,
  TILE_WIDTH,
} from '../core/index.ts';
import type { DeploymentIdentity } from './deployment-identity.ts';
import { leavesBetween, readTileRow } from './log-rows.ts';
import { ENTRY_COLUMNS, type EntryRow, isId, storedEntry } from './stored-rows.ts';

export interface LogReaderOptions extends DeploymentIdentity {
  readonly database: Database;
  readonly tenant: string;
}

/** One tenant's log out of the database: hashes from stored tiles, entries from their rows. Also a source for `fsck`. */
export function createLogReader({
  database,
  tenant,
  deployment,
  pseudonymKey,
}: LogReaderOptions): LogReader & LogSource & { minimumIndex(): Promise<number> } {
  const origin = createPseudonyms(deployment, pseudonymKey).origin(tenant);
  const note = (): Promise<string | null> =>
    database.tenant(tenant, async (tx) => {
      const [row] = await tx.query<{ note: string | null }>('SELECT note FROM ledger_head WHERE tenant = $1', [tenant]);
      return row?.note ?? null;
    });
  return {
    origin,
    checkpointNote: note,
    checkpoint: async () => {
      const signed = await note();
      return signed === null ? null : signedCheckpoint(signed);
    },
    checkpoints: (limit) => database.tenant(tenant, (tx) => keptCheckpoints(tx, limit)),
    tile: (level, index, width) =>
      database.tenant(tenant, async (tx) => {
        if (level === 'entries') {
          const leaves = await leavesBetween(tx, index * TILE_WIDTH, index * TILE_WIDTH + width);
          return leaves.length < width ? null : encodeEntryBundle(leaves);
        }
        const hashes = await readTileRow(tx, level, index);
        return hashes && hashes.length >= width * HASH_BYTES ? hashes.subarray(0, width * HASH_BYTES) : null;
      }),
    minimumIndex: () =>
      database.tenant(tenant, async (tx) => {
        const [row] = await tx.query<{ minimum_index: string }>(
          'SELECT minimum_index FROM ledger_head WHERE tenant = $1',
          [tenant],
        );
        return Number(row?.minimum_index ?? 0);
      }),
    indexOf: (entryId) => database.tenant(tenant, (tx) => placeOf(tx, entryId)),
  };
}

async function keptCheckpoints(tx: Tx, limit: number): Promise<SignedCheckpoint[]> {
  const rows = await tx.query<{ note: string }>(
    'SELECT note FROM ledger_checkpoint WHERE tenant = $1 ORDER BY size DESC LIMIT $2',
    [tx.tenant, limit],
  );
  return rows.map(({ note }) => signedCheckpoint(note)).toReversed();
}

async function placeOf(tx: Tx, entryId: string): Promise<number | null> {
  if (!isId(entryId)) return null;
  const [row] = await tx.query<EntryRow>(
    `SELECT ${ENTRY_COLUMNS} FROM ledger_entry e WHERE e.tenant = $1 AND e.id = $2`,
    [tx.tenant, entryId],
  );
  return row ? storedEntry(row).index : null;
}
