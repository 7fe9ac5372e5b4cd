import { type DecisionReason, type EntityRef, entityKey, type Impact } from '@dmitry/contracts';
import type { ResolvedEntry } from '@dmitry/trust-ledger';
import type { GatePolicy } from './gate-policy.schema.ts';
import { reason } from './reasons.ts';

/** Most references that one request may name; more is noise that hides the few that matter. */
export const MAX_REFERENCES = 64;

/** A reference as it is looked up, printed and recorded: a stranger wrote it, so it is cut and made well-formed first. */
export const shownRef = (ref: string): string => ref.slice(0, 64).toWellFormed();

/** What of the cited references counts (promise P3), and why the rest does not. */
export interface CountedEvidence {
  /** Ids that count, in the order cited. */
  readonly counted: readonly string[];
  readonly sources: number;
  readonly rejected: readonly DecisionReason[];
}

interface Rules {
  readonly policy: GatePolicy;
  readonly impact: Impact;
  readonly nowMs: number;
  readonly target: EntityRef;
  /** Names that stand for the target too. */
  readonly linked: readonly string[];
}

/**
 * An entry counts when it is an evidence entry or the outcome of a read, exists for this tenant, succeeded, is fresh enough (decision
 * time minus retrieval time), concerns the target, is cited once, and its source has not been counted often enough already.
 */
export function countEvidence(
  refs: readonly string[],
  resolved: ReadonlyMap<string, ResolvedEntry>,
  rules: Rules,
): CountedEvidence {
  const counted: string[] = [];
  const rejected: DecisionReason[] = [];
  const perSource = new Map<string, number>();
  const seen = new Set<string>();
  for (const id of refs) {
    const fault = seen.has(id)
      ? reason('gate.evidence_duplicate', `${shownRef(id)} is cited more than once; it counts once.`)
      : faultOf(id, resolved.get(id), perSource, rules);
    seen.add(id);
    if (fault) {
      rejected.push(fault);
      continue;
    }
    counted.push(id);
    const source = (resolved.get(id) as ResolvedEntry).source;
    perSource.set(source, (perSource.get(source) ?? 0) + 1);
  }
  return { counted, sources: perSource.size, rejected };
}

function faultOf(
  id: string,
  entry: ResolvedEntry | undefined,
  perSource: ReadonlyMap<string, number>,
  rules: Rules,
): DecisionReason | null {
  if (!entry || entry.id !== id)
    return reason('gate.evidence_unresolved', `${shownRef(id)} is not an entry of this tenant's ledger.`);
  const kind = kindFault(entry, rules.policy);
  if (kind) return kind;
  if (!entry.succeeded) return reason('gate.evidence_failed', `${id} is a read that did not succeed.`);
  const age = ageFault(entry, rules);
  if (age) return age;
  if (!isAbout(entry, rules)) return reason('gate.evidence_not_about_target', `${id} ${WHY_NOT_ABOUT}`);
  if ((perSource.get(entry.source) ?? 0) >= rules.policy.evidence.per_source) {
    return reason(
      'gate.evidence_same_source',
      `${id} is one more of a source that already counts ${rules.policy.evidence.per_source} times.`,
    );
  }
  return null;
}

function kindFault(entry: ResolvedEntry, policy: GatePolicy): DecisionReason | null {
  const read = entry.type === 'outcome' && entry.facts['effect'] !== 'effect';
  const excluded =
    entry.source.replace(':', '') === '' ||
    policy.evidence.excluded_sources.some((prefix) => entry.source.startsWith(prefix));
  if ((read || entry.type === 'evidence') && !excluded) return null;
  return reason(
    'gate.evidence_kind',
    `${entry.id} is neither an evidence entry nor the outcome of a read that can serve as evidence.`,
  );
}

const WHY_NOT_ABOUT =
  'does not concern the target: cite evidence of a finding that it is part of, or a read that names it.';

/**
 * Evidence of a finding concerns the entities in it. A read concerns what it named: the target, or what the finding links to it. Where
 * the record does not say what an entry is about, that was not asked when it was judged (promise P6).
 */
function isAbout({ type, subjects }: ResolvedEntry, { target, linked }: Rules): boolean {
  if (subjects === undefined) return true;
  const named = [target.id, entityKey(target), ...(type === 'evidence' ? [] : linked)];
  return subjects.some((subject) => named.includes(subject));
}

function ageFault(entry: ResolvedEntry, { policy, impact, nowMs }: Rules): DecisionReason | null {
  const ageMs = nowMs - entry.timeMs;
  if (!Number.isFinite(ageMs) || ageMs < -policy.evidence.skew_ms) {
    return reason(
      'gate.evidence_from_future',
      `${entry.id} was recorded after the time of this decision; check the clocks.`,
    );
  }
  const maxMs = policy.evidence.max_age_ms[impact];
  return ageMs > maxMs
    ? reason(
        'gate.evidence_stale',
        `${entry.id} was retrieved ${ageMs} ms ago; at most ${maxMs} ms is fresh. Read it again.`,
      )
    : null;
}
