import type { TileSource } from './tiles/tile-source.port.ts';

/** A committed and signed state of a log. `note` is the C2SP signed note (tlog-checkpoint). */
export interface SignedCheckpoint {
  readonly origin: string;
  readonly size: number;
  readonly root: string;
  readonly note: string;
}

/** A log as a verifier, an exporter or a proof needs it: sizes, hashes, leaf bytes. Reading never changes it. */
export interface LogReader extends TileSource {
  readonly origin: string;
  /** The newest signed checkpoint, or null while nothing was signed. */
  checkpoint(): Promise<SignedCheckpoint | null>;
  /** Checkpoints kept, oldest first; of more than `limit` the newest. */
  checkpoints(limit: number): Promise<readonly SignedCheckpoint[]>;
  /** Index of an entry by its id, or null while it is not sequenced. */
  indexOf(entryId: string): Promise<number | null>;
}

/** Writes what is durable into trees and signs them: DESIGN.md 5.6. One holder of the lease per log at a time. */
export interface Sequencer {
  /** One round over every log that has something waiting, up to 4,096 entries each. @returns how many entries were included */
  round(): Promise<number>;
}
export const Sequencer = Symbol('Sequencer');
