import type { CheckpointKeeper, SignedCheckpoint } from '../core/index.ts';

/** The last checkpoint of each log, gone with the process. */
export function createMemoryCheckpointKeeper(): CheckpointKeeper {
  const kept = new Map<string, SignedCheckpoint>();
  return {
    last: (origin) => Promise.resolve(kept.get(origin) ?? null),
    keep(checkpoint) {
      const last = kept.get(checkpoint.origin);
      if (!last || last.size < checkpoint.size) kept.set(checkpoint.origin, checkpoint);
      return Promise.resolve();
    },
  };
}
