import { stat } from 'node:fs/promises';
import {
  decodeEntryBundle,
  type LogReader,
  parseVerifierKey,
  signedCheckpoint,
  TILE_WIDTH,
  type TileSource,
  tileWidth,
  type VerifierKey,
} from '@dmitry/trust-ledger';
import { openTileFolder } from '@dmitry/trust-ledger/files';
import type { CommandContext } from './context.ts';
import { CallFault, Interrupted } from './faults.ts';
import { readText, reasonOf } from './input.ts';

export type LogFolder = ReturnType<typeof openTileFolder>;

/** The log that an operand means: a folder of static tiles. Reading stops at Ctrl-C. @throws CallFault */
export async function openLogFolder(context: CommandContext): Promise<LogFolder> {
  const path = context.args[0] ?? '';
  if (/^https?:\/\//.test(path)) throw new CallFault(`${path}: logs are read from a folder; fetch its tiles first`);
  const info = await stat(context.path(path)).catch((error: NodeJS.ErrnoException) => {
    throw new CallFault(`${path}: ${reasonOf(error)}`);
  });
  if (!info.isDirectory()) throw new CallFault(`${path}: not a folder; a log is a folder with checkpoint and tile/`);
  const folder = openTileFolder(context.path(path));
  return {
    ...folder,
    tile: (level, index, width) => {
      if (context.signal.aborted) throw new Interrupted();
      return folder.tile(level, index, width);
    },
  };
}

/** The folder as a reader of one log. @throws CallFault without a checkpoint */
export async function readerOf(folder: LogFolder, path: string): Promise<LogReader> {
  const note = await folder.checkpointNote();
  if (note === null) throw new CallFault(`${path}: no checkpoint there; a log is a folder with checkpoint and tile/`);
  const checkpoint = signedCheckpoint(note);
  return {
    origin: checkpoint.origin,
    checkpoint: () => Promise.resolve(checkpoint),
    checkpoints: (limit) => Promise.resolve(limit > 0 ? [checkpoint] : []),
    tile: (level, index, width) => folder.tile(level, index, width),
    indexOf: (entryId) => indexOfEntry(folder, checkpoint.size, entryId),
  };
}

async function indexOfEntry(source: TileSource, size: number, entryId: string): Promise<number | null> {
  for (let index = 0; tileWidth('entries', index, size) > 0; index++) {
    const width = tileWidth('entries', index, size);
    const bytes = (await source.tile('entries', index, width)) ?? (await source.tile('entries', index, TILE_WIDTH));
    const at = bytes ? decodeEntryBundle(bytes).findIndex((entry) => idOf(entry) === entryId) : -1;
    if (at >= 0) return index * TILE_WIDTH + at;
  }
  return null;
}

function idOf(entry: Uint8Array): unknown {
  try {
    return (JSON.parse(Buffer.from(entry).toString('utf8')) as { readonly id?: unknown } | null)?.id;
  } catch {
    return undefined; // an entry of another format than ours
  }
}

/** A verifier key, given as text or in a file. @throws CallFault */
export async function readVerifierKey(value: string, context: CommandContext): Promise<VerifierKey> {
  const isFile = await stat(context.path(value)).then(
    (info) => info.isFile(),
    () => false,
  );
  const text = isFile ? await readText(value, context.io) : value;
  try {
    return parseVerifierKey(text.trim());
  } catch (error) {
    throw new CallFault(`--public-key: ${(error as Error).message}`);
  }
}
