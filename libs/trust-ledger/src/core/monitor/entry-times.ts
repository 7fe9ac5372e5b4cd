import { isDmitryError } from '@dmitry/kit';
import { ClockWatch } from '../entry/clock-watch.ts';
import { parseEntry } from '../entry/parse-entry.ts';
import { TileTree } from '../tiles/tile-tree.ts';
import type { TileSource } from '../tiles/tile-source.port.ts';

export interface ClockRollback {
  /** Index in the log. */
  readonly at: number;
  readonly byMs: number;
}

/** The times of a log's entries, look by look. */
export class EntryTimes {
  private readonly watch = new ClockWatch();
  private next = 0;

  /** Reads on up to `size`. Entries that cannot be read are for `fsck` to find. @returns the first rollback among them */
  async follow(source: TileSource, size: number, maxEntries: number): Promise<ClockRollback | null> {
    const tree = new TileTree(source, size);
    const end = Math.min(size, this.next + maxEntries);
    let found: ClockRollback | null = null;
    for (; this.next < end; this.next++) {
      const entry = await tree.entry(this.next).then(parseEntry, unreadable);
      const byMs = entry ? this.watch.see(entry.time) : 0;
      if (byMs > 0) found ??= { at: this.next, byMs };
    }
    return found;
  }
}

function unreadable(error: unknown): null {
  if (isDmitryError(error)) return null;
  throw error;
}
