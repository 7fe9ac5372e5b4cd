import { type Bundle, parseWith, TrustFile, type VerifyReport } from '@dmitry/contracts';
import { isDmitryError } from '@dmitry/kit';
import type { Checkpoint } from '../note/checkpoint.ts';
import { evaluatePolicy } from '../note/evaluate-policy.ts';
import { parseTlogPolicy, type TlogPolicy } from '../note/tlog-policy.ts';
import { type ReadBundle, readBundle } from './read-bundle.ts';
import {
  fault,
  type Verdict,
  type VerdictName,
  type Verdicts,
  VERIFY_FAULTS,
  type VerifyFault,
} from './verify-faults.ts';
import { signerFaults, verifyCarried, verifyCoverage, verifyEntries, verifySince } from './verify-log.ts';
import { verifySessions } from './verify-sessions.ts';

export interface VerifyOptions {
  /** A trust file (JSON value). Without one the answer is no: the bundle can only be consistent with itself. */
  readonly trust?: unknown;
  /** Checkpoints (signed notes) that the verifier knows from before: the bundle must prove that it leads on from each. */
  readonly since?: readonly string[];
  /** Demands every entry under the checkpoint. A bundle that says it holds the whole log is held to that anyway. @default false */
  readonly complete?: boolean;
  /** With `complete`: the log is known to be pruned below this index. What a bundle itself says of that is no reason to believe it. @default 0 */
  readonly minimumIndex?: number;
  /** Takes the decisions of the bundle again; its messages say where they differ. Null: they are not all disclosed, so nobody can. */
  readonly replay?: (bundle: Bundle) => readonly { readonly where: string; readonly message: string }[] | null;
}

/**
 * Verifies a bundle offline. Whatever the bytes, the answer is a report: separate verdicts, and every fault with its place.
 * Nothing in the bundle is believed because the bundle says so; only the trust file makes a key trusted.
 */
export function verifyBundle(bytes: Uint8Array, options: VerifyOptions = {}): VerifyReport {
  const read = readBundle(bytes);
  const trust = readTrust(options.trust);
  if (!read.bundle) return report([...read.faults, ...trust.faults], new Set(['bytes']), trust.policy);
  const faults = [...read.faults, ...trust.faults, ...verifySessions(read.bundle.entries)];
  const checked = new Set<VerdictName>(['bytes', 'session']);
  if (read.checkpoint)
    faults.push(...verifyAgainstLog(read, read.checkpoint, { ...options, policy: trust.policy, checked }));
  const replayed = options.replay?.(read.bundle);
  if (replayed) {
    checked.add('replay');
    faults.push(...replayed.map(({ where, message }) => fault('replay_diverged', where, message)));
  }
  const answer = report(faults, checked, trust.policy);
  const places = new Set(read.bundle.entries.map(({ index }) => index)).size;
  return read.checkpoint ? { ...answer, covered: { entries: places, size: read.checkpoint.size } } : answer;
}

interface LogContext extends VerifyOptions {
  readonly policy: TlogPolicy | null;
  readonly checked: Set<VerdictName>;
}

function verifyAgainstLog(read: ReadBundle, checkpoint: Checkpoint, context: LogContext): VerifyFault[] {
  const { policy, checked, since = [] } = context;
  checked.add('inclusion');
  if (since.length > 0 || read.bundle.consistency.length > 0) checked.add('consistency');
  const carried = verifyCarried(read.bundle.consistency, checkpoint, policy);
  const faults = [
    ...verifyEntries(read, checkpoint),
    ...verifyCoverage(read.bundle, checkpoint, {
      complete: context.complete ?? false,
      minimumIndex: context.minimumIndex ?? 0,
    }),
    ...carried.faults,
    ...verifySince(since, checkpoint, carried.checkpoints, policy),
  ];
  if (policy) faults.push(...verifyTrust(policy, checkpoint, checked));
  return faults;
}

function verifyTrust(policy: TlogPolicy, checkpoint: Checkpoint, checked: Set<VerdictName>): VerifyFault[] {
  checked.add('signer');
  const faults = signerFaults(policy, checkpoint, '/checkpoint');
  const { quorum, cosigned } = evaluatePolicy(policy, checkpoint);
  if (quorum !== 'none_demanded') checked.add('witnessed');
  if (quorum === 'not_met')
    faults.push(
      fault(
        'quorum_not_met',
        '/checkpoint',
        `the trust file demands witnesses; cosigned by ${cosigned.join(', ') || 'none'}`,
      ),
    );
  return faults;
}

function readTrust(trust: unknown): { readonly policy: TlogPolicy | null; readonly faults: readonly VerifyFault[] } {
  if (trust === undefined)
    return { policy: null, faults: [fault('trust_missing', 'trust', 'no trust file: self-consistent only')] };
  const parsed = parseWith(TrustFile, trust);
  if (!parsed.ok)
    return {
      policy: null,
      faults: parsed.faults.map(({ pointer, message }) => fault('trust_invalid', `trust${pointer}`, message)),
    };
  try {
    return { policy: parseTlogPolicy(parsed.value.policy), faults: [] };
  } catch (error) {
    if (!isDmitryError(error)) throw error;
    return { policy: null, faults: [fault('trust_invalid', 'trust/policy', error.message)] };
  }
}

const VERDICT_NAMES: readonly VerdictName[] = [
  'bytes',
  'inclusion',
  'consistency',
  'witnessed',
  'signer',
  'session',
  'replay',
];

function report(
  faults: readonly VerifyFault[],
  checked: ReadonlySet<VerdictName>,
  policy: TlogPolicy | null,
): VerifyReport {
  const failed = new Set<VerdictName>(
    faults.filter(({ code }) => code !== 'trust_missing').map(({ code }) => VERIFY_FAULTS[code]),
  );
  const verdictOf = (name: VerdictName): Verdict =>
    failed.has(name) ? 'fail' : checked.has(name) ? 'pass' : 'not_checked';
  const verdicts = Object.fromEntries(VERDICT_NAMES.map((name) => [name, verdictOf(name)])) as Verdicts;
  // Without a trust file the signer is not checked, and what nobody vouches for is not ok, however consistent it is.
  const needed: readonly VerdictName[] = ['bytes', 'inclusion', 'signer', 'session'];
  const ok = policy !== null && faults.length === 0 && needed.every((name) => verdicts[name] === 'pass');
  return { ok, verdicts, faults: [...faults] };
}
