import { ledgerFault } from '../ledger.errors.ts';
import type { LogReader } from '../log.port.ts';
import { formatTlogProof } from '../note/tlog-proof.ts';
import { TileTree } from '../tiles/tile-tree.ts';

/**
 * The proof of one entry as a C2SP tlog-proof file: with the entry and a policy, all that anybody's tool needs.
 * @throws DmitryError `ledger.proof_pending` while no checkpoint covers the entry (or there is none of that id; retry in about a second)
 */
export async function proveEntry(reader: LogReader, entryId: string): Promise<string> {
  const [checkpoint, index] = [await reader.checkpoint(), await reader.indexOf(entryId)];
  if (!checkpoint || index === null || index >= checkpoint.size)
    throw ledgerFault(
      'ledger.proof_pending',
      `no checkpoint covers entry ${entryId} yet: try again in about a second`,
      {
        retryable: true,
        severity: 'info',
      },
    );
  const path = await new TileTree(reader, checkpoint.size).inclusionProof(index);
  return formatTlogProof({ index, path, checkpoint: checkpoint.note });
}
