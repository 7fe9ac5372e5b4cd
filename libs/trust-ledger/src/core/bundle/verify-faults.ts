import type { VerifyReport } from '@dmitry/contracts';

export type Verdicts = VerifyReport['verdicts'];
export type VerdictName = keyof Verdicts;
export type Verdict = Verdicts[VerdictName];

/** What can be wrong with a bundle, and which verdict it fails. */
export const VERIFY_FAULTS = {
  /** Not UTF-8, not JSON, or not a Bundle v1. */
  not_a_bundle: 'bytes',
  /** Not the RFC 8785 form: some byte is not as it was exported. */
  not_canonical: 'bytes',
  entry_too_large: 'bytes',
  /** The embedded checkpoint cannot be read. */
  checkpoint_invalid: 'bytes',
  /** A disclosed field is not what the entry committed to. */
  disclosure_mismatch: 'bytes',
  /** Entries not in ascending order of their place, or twice. */
  entry_order: 'bytes',
  inclusion_failed: 'inclusion',
  /** No entry at all: then nothing is proven. */
  nothing_proven: 'inclusion',
  /** The bundle says that it holds the whole log, or has to, and does not. */
  incomplete: 'inclusion',
  /** An entry that names another tenant than the log's. */
  foreign_entry: 'inclusion',
  consistency_failed: 'consistency',
  /** Two heads of one log that cannot both be: keep both notes, they prove it. */
  split_view: 'consistency',
  /** A checkpoint that the verifier knows and the bundle does not lead on from. */
  since_unproven: 'consistency',
  since_invalid: 'consistency',
  quorum_not_met: 'witnessed',
  trust_missing: 'signer',
  trust_invalid: 'signer',
  log_not_trusted: 'signer',
  signature_forged: 'signer',
  session_gap: 'session',
  session_open: 'session',
  session_count: 'session',
  session_order: 'session',
  /** An entry that claims to be older than one before it, by more than clocks differ. */
  clock_rollback: 'session',
  /** An entry that another rests on and that the bundle does not hold. */
  reference_missing: 'session',
  replay_diverged: 'replay',
} as const satisfies Record<string, VerdictName>;
export type VerifyFaultCode = keyof typeof VERIFY_FAULTS;

export interface VerifyFault {
  readonly code: VerifyFaultCode;
  /** JSON pointer into the bundle, or the name of the other input. */
  readonly where: string;
  readonly message: string;
}

export const fault = (code: VerifyFaultCode, where: string, message: string): VerifyFault => ({ code, where, message });
