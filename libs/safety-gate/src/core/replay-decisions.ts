import {
  type Bundle,
  type BundleEntry,
  canonicalJson,
  Decision,
  JudgedInputs,
  JudgedRequest,
  parseWith,
} from '@dmitry/contracts';
import { parsePolicy } from './gate-policy.schema.ts';
import { type JudgedRecord, judgeRecord } from './judged-record.ts';

interface Difference {
  readonly where: string;
  readonly message: string;
}

/**
 * Takes the gate's decisions of a bundle again, each from its disclosed field `judged`: the verdict `replay` of `verifyBundle`. Null when
 * nothing differs and not every decision is disclosed: then nobody can tell. Whether a disclosed field is what the entry committed to is the
 * bundle's own check.
 */
export function replayDecisions({ entries }: Bundle): readonly Difference[] | null {
  let decisions = 0;
  let disclosed = 0;
  const differences: Difference[] = [];
  for (const [at, one] of entries.entries()) {
    if (one.entry.type !== 'decision' || one.entry.facts['policy_digest'] === undefined) continue;
    decisions += 1;
    const judged = one.disclosed?.['judged'];
    if (!judged) continue;
    disclosed += 1;
    const message = differenceOf(one.entry, judged.value);
    if (message !== null) differences.push({ where: `/entries/${at}/disclosed/judged`, message });
  }
  return differences.length > 0 || (decisions > 0 && decisions === disclosed) ? differences : null;
}

function differenceOf({ facts }: BundleEntry['entry'], value: unknown): string | null {
  const record = recordOf(value);
  if (!record) return 'not the record of a decision';
  const { decision } = record;
  const { verdict, policy_digest: digest } = facts;
  if (verdict !== decision.verdict || digest !== decision.policy.digest)
    return `the entry says ${String(verdict)}, its record ${decision.verdict}, or they name different policies`;
  const again = judgeRecord(record);
  if (canonicalJson(again) === canonicalJson(decision)) return null;
  return again.verdict === decision.verdict
    ? `${decision.verdict} comes out again, but not byte for byte`
    : `${decision.verdict} was decided, ${again.verdict} comes out of what it stood on`;
}

function recordOf(value: unknown): JudgedRecord | null {
  const members =
    typeof value === 'object' && value !== null ? (value as Partial<Record<keyof JudgedRecord, unknown>>) : {};
  const decision = parseWith(Decision, members.decision);
  const request = parseWith(JudgedRequest, members.request);
  const inputs = parseWith(JudgedInputs, members.inputs);
  const policy = policyOf(members.policy);
  if (!decision.ok || !request.ok || !inputs.ok || policy === undefined) return null;
  return { decision: decision.value, request: request.value, inputs: inputs.value, policy };
}

function policyOf(value: unknown): JudgedRecord['policy'] | undefined {
  if (value === null || value === 'invalid') return value;
  const parsed = parsePolicy(value);
  return parsed.ok ? parsed.policy : undefined;
}
