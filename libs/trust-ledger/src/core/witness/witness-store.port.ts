import type { SignedCheckpoint } from '../log.port.ts';

/**
 * The newest checkpoint that a witness has cosigned, log by log. It is the witness's whole promise: lose it, or bring back an older
 * copy, and the witness may sign two histories of one log.
 */
export interface WitnessStore {
  last(origin: string): Promise<SignedCheckpoint | null>;
  /**
   * Replaces the log's checkpoint by `next` if the stored one still has the size `known` (null for none), in one atomic step; durable
   * when it resolves. `next` is of the same log and not smaller. @returns false, with nothing changed, when another was quicker
   */
  replace(known: number | null, next: SignedCheckpoint): Promise<boolean>;
}
