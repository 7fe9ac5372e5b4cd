import type { SignedCheckpoint } from '../log.port.ts';
import type { VerifierKey } from '../note/verifier-key.ts';
import type { TileSource } from '../tiles/tile-source.port.ts';

/** What came of asking witnesses for one checkpoint. */
export interface Cosigned {
  /** The checkpoint's note with the cosignatures that came. */
  readonly note: string;
  /** Key names of the witnesses that cosigned. */
  readonly by: readonly string[];
  /** Whether those are enough. When not, ask again later. */
  readonly enough: boolean;
  /** Witnesses that know a larger head than this one: the log was restored from a backup, or there are two of it. */
  readonly ahead: readonly { readonly witness: string; readonly size: number }[];
}

/**
 * Gets cosignatures of witnesses for a log's checkpoint. Never rejects because a witness is down, slow or refuses. Idempotent: a witness
 * that cosigned the head does so again.
 */
export interface CheckpointCosigner {
  /** Keys under which a cosignature counts. */
  readonly keys: readonly VerifierKey[];
  cosign(log: TileSource, checkpoint: SignedCheckpoint): Promise<Cosigned>;
}
export const CheckpointCosigner = Symbol('CheckpointCosigner');
