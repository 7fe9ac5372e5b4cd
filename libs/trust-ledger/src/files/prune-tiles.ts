import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  checkSignature,
  ledgerFault,
  MINIMUM_INDEX,
  parseCheckpoint,
  prunedTiles,
  tilePath,
  TILE_WIDTH,
  type VerifierKey,
} from '../core/index.ts';
import { readOrNull, writeDurably } from './durable-file.ts';
import { openTileFolder } from './tile-folder.ts';

export interface PruneTilesOptions {
  /** The new minimum index; it is lowered to the beginning of its tile. */
  readonly minimumIndex: number;
  /** Keys one of which must have signed the checkpoint. @default the folder's own log.pub */
  readonly keys?: readonly VerifierKey[];
}

/**
 * Removes the entry bundles of a log in a folder below a minimum index, for good (C2SP tlog-tiles, Pruning). Hash tiles stay, so that every
 * proof does. The minimum is written before anything goes: stopped anywhere, it is done by running it again.
 * @throws DmitryError `ledger.prune_refused` for what the signed checkpoint does not cover
 */
export async function pruneTileFolder(
  folder: string,
  options: PruneTilesOptions,
): Promise<{ readonly minimumIndex: number; readonly removed: number }> {
  const log = openTileFolder(folder);
  const wanted = Math.floor(options.minimumIndex / TILE_WIDTH) * TILE_WIDTH;
  const own = await log.verifierKey();
  const keys = options.keys?.length ? options.keys : own ? [own] : [];
  if (wanted > signedSize(await log.checkpointNote(), keys))
    throw ledgerFault(
      'ledger.prune_refused',
      `no checkpoint that a given key has signed covers ${wanted} entries of this log: only what is signed may be pruned`,
    );
  const minimumIndex = Math.max(wanted, await log.minimumIndex());
  await writeDurably(join(folder, MINIMUM_INDEX), `${minimumIndex}\n`);
  let removed = 0;
  for (const tile of prunedTiles(minimumIndex).filter(({ level }) => level === 'entries')) {
    const path = join(folder, tilePath(tile));
    if ((await readOrNull(path)) === null) continue;
    await rm(path);
    removed += 1;
  }
  return { minimumIndex, removed };
}

function signedSize(note: string | null, keys: readonly VerifierKey[]): number {
  if (note === null) return 0;
  const { origin, text, signatures, size } = parseCheckpoint(note);
  const signed = keys.some(
    (key) => key.name === origin && signatures.some((one) => checkSignature(key, text, one).kind === 'verified'),
  );
  return signed ? size : 0;
}
