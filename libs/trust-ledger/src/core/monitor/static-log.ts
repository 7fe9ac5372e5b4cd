import type { LogSource } from '../fsck/fsck-report.ts';
import { tilePath } from '../tiles/tile-path.ts';

/**
 * One resource of a log below its monitoring prefix, e.g. `checkpoint` or `tile/0/000`: its bytes, or null when there is none (404).
 * Rejects for everything else.
 */
export type LogFetch = (path: string) => Promise<Uint8Array | null>;

/** A log that somebody serves as static files (C2SP tlog-tiles): what a monitor follows and `fsck` reads. */
export const createStaticLog = (fetch: LogFetch): LogSource => ({
  async checkpointNote() {
    const bytes = await fetch('checkpoint');
    return bytes && Buffer.from(bytes).toString('utf8');
  },
  tile: (level, index, width) => fetch(tilePath({ level, index, width })),
});
