import { isDmitryError } from '@dmitry/kit';
import { type Checkpoint, parseCheckpoint } from '../note/checkpoint.ts';
import { splitHashes } from '../tiles/tile-nodes.ts';
import { readTile, TileTree } from '../tiles/tile-tree.ts';
import type { TileSource } from '../tiles/tile-source.port.ts';
import { TILE_WIDTH } from '../tiles/tile-path.ts';
import { sameHash } from '../tree/merkle-hash.ts';
import type { FsckFault, FsckFaultCode, LogSource } from './fsck-report.ts';

/** What is wrong with the database of a deployment, measured on a copy of its log that was kept elsewhere (DESIGN.md 5.7). */
export async function compareState(source: TileSource, known: Checkpoint, state: LogSource): Promise<FsckFault[]> {
  const note = await state.checkpointNote();
  if (note === null)
    return [
      fault('state_behind', `nothing is signed there, and ${known.size} entries were: missing ${range(0, known.size)}`),
    ];
  try {
    const current = parseCheckpoint(note);
    if (current.origin !== known.origin)
      return [
        fault(
          'state_differs',
          `its log is ${current.origin}, not ${known.origin}: another tenant, or another pseudonym key`,
        ),
      ];
    const common = Math.min(current.size, known.size);
    const [there, here] = [new TileTree(state, current.size), new TileTree(source, known.size)];
    // The smaller root is what was signed; of the larger tree its tiles say what its beginning was.
    const same = sameHash(await rootAt(there, current, common), await rootAt(here, known, common));
    const behind = current.size < known.size ? [behindBy(current.size, known.size)] : [];
    if (same) return behind;
    const where = await firstDifference({ source, size: known.size }, { source: state, size: current.size });
    return [fault('state_differs', where), ...behind];
  } catch (error) {
    if (isDmitryError(error)) return [fault('state_differs', error.message)];
    throw error;
  }
}

const rootAt = (tree: TileTree, { size, root }: Checkpoint, at: number): Promise<Uint8Array> =>
  at === size ? Promise.resolve(root) : tree.rootOf(at);

interface Log {
  readonly source: TileSource;
  readonly size: number;
}

/** The first place where the two logs hold different entries. Reads the lowest tiles, one after the other. */
async function firstDifference(known: Log, state: Log): Promise<string> {
  const common = Math.min(known.size, state.size);
  for (let index = 0; index * TILE_WIDTH < common; index++) {
    const [here, there] = [await leafHashes(known, index), await leafHashes(state, index)];
    const at = here.findIndex((hash, n) => there[n] && !sameHash(hash, there[n]));
    if (at >= 0) return `from entry ${index * TILE_WIDTH + at} on it holds other entries than were signed`;
  }
  return `its first ${common} entries do not give the root that was signed`;
}

const leafHashes = async ({ source, size }: Log, index: number): Promise<Uint8Array[]> =>
  splitHashes(await readTile(source, 0, index, size));

const behindBy = (from: number, to: number): FsckFault =>
  fault('state_behind', `it knows ${from} entries, and ${to} were signed: missing ${range(from, to)}`);

const range = (from: number, to: number): string =>
  to - from === 1 ? `entry ${from}` : `entries ${from} to ${to - 1}`;

const fault = (code: FsckFaultCode, message: string): FsckFault => ({ code, where: 'state', message });
