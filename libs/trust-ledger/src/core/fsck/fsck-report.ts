import type { VerifierKey } from '../note/verifier-key.ts';
import type { TileSource } from '../tiles/tile-source.port.ts';

/** A log as static files serve it: its tiles and its newest checkpoint (the signed note). */
export interface LogSource extends TileSource {
  checkpointNote(): Promise<string | null>;
}

export interface FsckOptions {
  /** Keys one of which must have signed the checkpoint. Without any, signatures are not checked. */
  readonly keys?: readonly VerifierKey[];
  /** Checkpoints known from before: nothing that they covered may be gone. */
  readonly since?: readonly string[];
  /** Of a pruned log: entries below it need not be there. @default what the log itself says */
  readonly minimumIndex?: number;
  /** The same log as the database of its deployment has it now: it must lead on from what was read, or be the same. */
  readonly state?: LogSource;
}

export interface FsckFault {
  readonly code: FsckFaultCode;
  /** A tile's path, `checkpoint`, `since/<n>`, `entry <id>` or `state`. */
  readonly where: string;
  readonly message: string;
}

export type FsckFaultCode =
  | 'checkpoint_missing'
  | 'checkpoint_invalid'
  | 'signature_invalid'
  | 'root_mismatch'
  | 'tile_missing'
  | 'tile_mismatch'
  | 'bundle_missing'
  | 'bundle_invalid'
  | 'since_invalid'
  | 'log_truncated'
  | 'split_view'
  | 'history_changed'
  /** The database has fewer entries than were signed: a restored backup, or worse. */
  | 'state_behind'
  /** The database has other entries than were signed. */
  | 'state_differs'
  /** An entry that claims to be older than one before it, by more than clocks differ. */
  | 'clock_rollback';

export interface FsckReport {
  readonly ok: boolean;
  readonly size: number;
  /** Of the checkpoint, base64. */
  readonly root: string;
  /** Entries that were read and hashed. */
  readonly entries: number;
  /** Of a pruned log: what stood below was not read, and its tiles are believed as far as the root demands. */
  readonly minimum_index?: number;
  /** Ids of intents that no outcome in the log refers to. They are listed and do not make `ok` false. */
  readonly dangling_intents: readonly string[];
  readonly faults: readonly FsckFault[];
}
