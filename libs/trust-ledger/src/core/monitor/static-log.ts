import type { LogSource } from '../fsck/fsck-report.ts';
import { ledgerFault } from '../ledger.errors.ts';
import { tilePath } from '../tiles/tile-path.ts';

/**
 * One resource of a log below its monitoring prefix, e.g. `checkpoint` or `tile/0/000`: its bytes, or null when there is none (404).
 * Rejects for everything else.
 */
export type LogFetch = (path: string) => Promise<Uint8Array | null>;

/** Beside the checkpoint of a log of ours that was pruned: its minimum index in decimal. Nothing of another log's. */
export const MINIMUM_INDEX = 'minimum-index';

/** A log that somebody serves as static files (C2SP tlog-tiles): what a monitor follows and `fsck` reads. */
export function createStaticLog(fetch: LogFetch): LogSource & { minimumIndex(): Promise<number> } {
  const text = async (path: string): Promise<string | null> => {
    const bytes = await fetch(path);
    return bytes && Buffer.from(bytes).toString('utf8');
  };
  return {
    checkpointNote: () => text('checkpoint'),
    tile: (level, index, width) => fetch(tilePath({ level, index, width })),
    minimumIndex: async () => parseMinimumIndex((await text(MINIMUM_INDEX)) ?? '0'),
  };
}

function parseMinimumIndex(text: string): number {
  const index = Number(text.trim());
  if (/^\d+$/.test(text.trim()) && Number.isSafeInteger(index)) return index;
  throw ledgerFault('ledger.tile_invalid', `${MINIMUM_INDEX} holds no number: ${text.slice(0, 40)}`);
}
