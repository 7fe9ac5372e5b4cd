import {
  type CheckpointKeeper,
  decodeBase64,
  ledgerFault,
  type LogReader,
  TileTree,
  verifyConsistency,
} from '../core/index.ts';

/**
 * Compares a log with the last checkpoint that is kept outside its database.
 * @throws DmitryError `ledger.behind_checkpoint` when entries that were signed are gone, or are others: a restored backup, or worse
 */
export async function refuseOlderState(reader: LogReader, keeper: CheckpointKeeper): Promise<void> {
  const kept = await keeper.last(reader.origin);
  if (!kept || kept.size === 0) return;
  const current = await reader.checkpoint();
  if (!current || current.size < kept.size)
    throw behind(reader.origin, `${kept.size} entries were signed and the database knows ${current?.size ?? 0}`);
  const path = await new TileTree(reader, current.size).consistencyProof(kept.size);
  const [firstRoot, secondRoot] = [rootOf(kept.root), rootOf(current.root)];
  if (!verifyConsistency({ firstSize: kept.size, firstRoot, secondSize: current.size, secondRoot, path }))
    throw behind(reader.origin, `the ${kept.size} entries that were signed are not the ones in the database`);
}

/** Compares each log once, and again as long as it is behind: a restored backup halts its tenants until somebody has mended it. */
export function admitCurrent(
  readerOf: (tenant: string) => LogReader,
  keeper: CheckpointKeeper,
): (tenant: string) => Promise<void> {
  const current = new Set<string>();
  return async (tenant) => {
    if (current.has(tenant)) return;
    await refuseOlderState(readerOf(tenant), keeper);
    current.add(tenant);
  };
}

const rootOf = (text: string): Uint8Array => decodeBase64(text) ?? new Uint8Array();

const behind = (origin: string, what: string) =>
  ledgerFault(
    'ledger.behind_checkpoint',
    `log ${origin}: ${what}. Halt the tenant, find the missing entries (fsck --against-state), then go on`,
  );
