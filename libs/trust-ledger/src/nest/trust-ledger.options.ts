import type { CheckpointCosigner, CheckpointKeeper } from '../core/index.ts';
import type { DeploymentIdentity } from '../storage/index.ts';

/** How a process sequences logs. */
export interface SequenceOptions {
  /** Asks witnesses to cosign what is published, beside the sequencer: proofs never wait for them. */
  readonly cosigner?: CheckpointCosigner;
  /** Records the heads of all logs in the log of `_logs`, which is signed with ML-DSA-44 as well. */
  readonly logOfLogs?: boolean;
  /** Pause between rounds: about how long a proof takes. @default 200 */
  readonly everyMs?: number;
  /** Pause between looks for dead sessions. @default 60,000 */
  readonly sweepEveryMs?: number;
  /** A session without an entry for this long is dead. @default 900,000 */
  readonly sessionIdleMs?: number;
}

export interface TrustLedgerModuleOptions extends DeploymentIdentity {
  /** 32 bytes or more from which the signing key of every log is derived. */
  readonly signerSeed: Uint8Array;
  /** The seed before, while keys change: both sign. */
  readonly retiringSeed?: Uint8Array;
  /**
   * Where the last checkpoints are kept, outside the database: a process that sequences writes them, every process refuses new sessions of
   * a log that is behind its own, and every bundle proves that it leads on from it.
   */
  readonly keeper?: CheckpointKeeper;
  /** With it the process sequences logs and seals dead sessions; several processes may. Without it the process only appends and reads. */
  readonly sequence?: SequenceOptions;
}
