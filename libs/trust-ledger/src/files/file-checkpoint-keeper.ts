import { join } from 'node:path';
import { type CheckpointKeeper, type SignedCheckpoint, signedCheckpoint } from '../core/index.ts';
import { readOrNull, writeDurably } from './durable-file.ts';

/**
 * The last checkpoint of each log in a folder, one file a log. Put it on another disk than the database, and out of its backups.
 * One process writes a log's file at a time: the one that holds the log's lease.
 */
export function createFileCheckpointKeeper(folder: string): CheckpointKeeper {
  // An origin holds slashes; percent-encoded it is one name, and no path out of the folder.
  const pathOf = (origin: string): string => join(folder, `${encodeURIComponent(origin)}.checkpoint`);
  const last = async (origin: string): Promise<SignedCheckpoint | null> => {
    const bytes = await readOrNull(pathOf(origin));
    return bytes && signedCheckpoint(Buffer.from(bytes).toString('utf8'));
  };
  return {
    last,
    async keep(checkpoint) {
      const kept = await last(checkpoint.origin);
      if (!kept || kept.size < checkpoint.size) await writeDurably(pathOf(checkpoint.origin), checkpoint.note);
    },
  };
}
