import { join } from 'node:path';
import {
  createStaticLog,
  isPruned,
  ledgerFault,
  levelSize,
  type LogReader,
  type LogSource,
  MINIMUM_INDEX,
  parseVerifierKey,
  TILE_WIDTH,
  type TileLevel,
  tilePath,
  tileWidth,
  type VerifierKey,
} from '../core/index.ts';
import { readOrNull, writeDurably } from './durable-file.ts';

/** Names of the files of a log beside its tiles. */
export const CHECKPOINT = 'checkpoint';
export const PUBLIC_KEY = 'log.pub';

/** A log in a folder, in the layout that C2SP tlog-tiles serves: `checkpoint`, `tile/0/x001/067`, `tile/entries/000.p/12`. */
export function openTileFolder(
  folder: string,
): LogSource & { verifierKey(): Promise<VerifierKey | null>; minimumIndex(): Promise<number> } {
  return {
    ...createStaticLog((path) => readOrNull(join(folder, path))),
    async verifierKey() {
      const bytes = await readOrNull(join(folder, PUBLIC_KEY));
      return bytes && parseVerifierKey(Buffer.from(bytes).toString('utf8').trim());
    },
  };
}

export interface TileExport {
  readonly size: number;
  /** Files written. */
  readonly files: number;
}

/**
 * Writes a log as static files, fit for any web server and for other people's tools. The checkpoint comes last: whoever reads the folder
 * meanwhile finds every tile of the checkpoint that is there. Run again, it writes what has grown.
 * @throws DmitryError `ledger.proof_pending` while nothing is signed, `ledger.tile_missing`
 */
export async function exportTiles(reader: LogReader, folder: string, verifierKey: string): Promise<TileExport> {
  const checkpoint = await reader.checkpoint();
  if (!checkpoint)
    throw ledgerFault(
      'ledger.proof_pending',
      `${reader.origin} has no signed checkpoint yet: try again in about a second`,
      { retryable: true },
    );
  const minimumIndex = (await reader.minimumIndex?.()) ?? 0;
  let files = minimumIndex > 0 ? 3 : 2;
  for (const level of levelsOf(checkpoint.size))
    files += await exportLevel({ reader, folder, size: checkpoint.size, minimumIndex }, level);
  if (minimumIndex > 0) await writeDurably(join(folder, MINIMUM_INDEX), `${minimumIndex}\n`);
  await writeDurably(join(folder, PUBLIC_KEY), `${verifierKey}\n`);
  await writeDurably(join(folder, CHECKPOINT), checkpoint.note);
  return { size: checkpoint.size, files };
}

function levelsOf(size: number): TileLevel[] {
  const levels: TileLevel[] = ['entries'];
  for (let level = 0; levelSize(level, size) > 0; level++) levels.push(level);
  return levels;
}

interface Exported {
  readonly reader: LogReader;
  readonly folder: string;
  readonly size: number;
  readonly minimumIndex: number;
}

async function exportLevel({ reader, folder, size, minimumIndex }: Exported, level: TileLevel): Promise<number> {
  let written = 0;
  for (let index = 0; tileWidth(level, index, size) > 0; index++) {
    const width = tileWidth(level, index, size);
    const path = join(folder, tilePath({ level, index, width }));
    if (width === TILE_WIDTH && (await readOrNull(path))) continue; // a full tile never changes
    const bytes = await reader.tile(level, index, width);
    if (!bytes && isPruned({ level, index, width }, minimumIndex)) continue;
    if (!bytes)
      throw ledgerFault(
        'ledger.tile_missing',
        `tile ${tilePath({ level, index, width })} of ${reader.origin} is not there`,
      );
    await writeDurably(path, bytes);
    written += 1;
  }
  return written;
}
