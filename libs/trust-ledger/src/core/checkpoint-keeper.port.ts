import type { SignedCheckpoint } from './log.port.ts';

/**
 * The last signed checkpoint of each log, kept where a restored database does not bring it back to an older state (DESIGN.md 5.7).
 * `keep` is durable when it resolves; a smaller checkpoint never replaces a larger one.
 */
export interface CheckpointKeeper {
  last(origin: string): Promise<SignedCheckpoint | null>;
  keep(checkpoint: SignedCheckpoint): Promise<void>;
}
export const CheckpointKeeper = Symbol('CheckpointKeeper');
