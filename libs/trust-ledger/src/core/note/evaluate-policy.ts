import { type Checkpoint, parseCheckpoint } from './checkpoint.ts';
import type { Quorum, TlogPolicy } from './tlog-policy.ts';
import { checkSignature, type VerifierKey } from './verifier-key.ts';

/** What a policy makes of a checkpoint's signatures. */
export interface PolicyAnswer {
  /** Whether one of the policy's logs, by the checkpoint's origin, signed it. */
  readonly signed: boolean;
  /** Key names of the witnesses that cosigned. */
  readonly cosigned: readonly string[];
  readonly quorum: 'met' | 'not_met' | 'none_demanded';
  /** Key names on signatures that claim to be by a trusted key and are not: the whole note deserves no belief. */
  readonly forged: readonly string[];
}

/** A key verified or forged a signature of the note; signatures by other keys are ignored (C2SP signed-note, Signatures). */
function standing(key: VerifierKey, checkpoint: Checkpoint): 'verified' | 'forged' | 'absent' {
  const checks = checkpoint.signatures.map((signature) => checkSignature(key, checkpoint.text, signature).kind);
  if (checks.includes('forged')) return 'forged';
  return checks.includes('verified') ? 'verified' : 'absent';
}

export function evaluatePolicy(policy: TlogPolicy, checkpoint: Checkpoint): PolicyAnswer {
  // The name of a log's key is the log's identity: a key trusted for one log says nothing about another (C2SP tlog-policy).
  const logs = policy.logs.filter(({ name }) => name === checkpoint.origin);
  const keys = [...logs, ...policy.witnesses].map((key) => ({ key, standing: standing(key, checkpoint) }));
  const verified = new Set(keys.filter((one) => one.standing === 'verified').map(({ key }) => key));
  const { quorum } = policy;
  return {
    signed: logs.some((key) => verified.has(key)),
    cosigned: policy.witnesses.filter((key) => verified.has(key)).map(({ name }) => name),
    quorum: quorum.kind === 'none' ? 'none_demanded' : holds(quorum, verified) ? 'met' : 'not_met',
    forged: keys.filter((one) => one.standing === 'forged').map(({ key }) => key.name),
  };
}

function holds(quorum: Quorum, verified: ReadonlySet<VerifierKey>): boolean {
  if (quorum.kind !== 'group') return quorum.kind === 'none' || verified.has(quorum.key);
  return quorum.members.filter((member) => holds(member, verified)).length >= quorum.threshold;
}

/** Whether the cosignatures under a note are enough for a quorum. @throws DmitryError for a note that is no checkpoint */
export function quorumHolds(quorum: Quorum, note: string): boolean {
  const checkpoint = parseCheckpoint(note);
  const verified = keysOf(quorum).filter((key) => standing(key, checkpoint) === 'verified');
  return holds(quorum, new Set(verified));
}

function keysOf(quorum: Quorum): VerifierKey[] {
  if (quorum.kind === 'none') return [];
  return quorum.kind === 'witness' ? [quorum.key] : quorum.members.flatMap(keysOf);
}
