import { ACTION_TYPES, ASSURANCES, canonicalJson, digestOf } from '@dmitry/contracts';
import type { ResolvedEntry } from '@dmitry/trust-ledger';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { entryId, judgeInput, NOW_MS } from '../testing/index.ts';
import {
  type ApprovalRecord,
  builtinPolicy,
  CATALOGUE,
  decisionDraft,
  decisionOf,
  type GateRequest,
  judge,
  type JudgedRecord,
  type JudgeInput,
  judgeRecord,
} from './index.ts';

const HOUR = 3_600_000;
const entry: fc.Arbitrary<ResolvedEntry> = fc.record({
  id: fc.integer({ min: 1, max: 12 }).map(entryId),
  type: fc.constantFrom('outcome', 'evidence', 'decision', 'intent'),
  timeMs: fc.integer({ min: NOW_MS - 30 * HOUR, max: NOW_MS + HOUR }),
  succeeded: fc.boolean(),
  source: fc.constantFrom('platform:a', 'platform:b', 'pdri:c', 'rule:d', 'llm:chat', ''),
  facts: fc.constantFrom({}, { effect: 'read' }, { effect: 'effect' }),
  finding: fc.constant(null),
});
const digest = (input: JudgeInput): string => judge(input).actionDigest;
const approvals = (input: JudgeInput): fc.Arbitrary<ApprovalRecord[]> =>
  fc.array(
    fc.record({
      approval: fc.record({
        id: fc.constantFrom('a1', 'a2', 'a3'),
        tenant_id: fc.constant('acme'),
        action: fc.constant(input.action),
        action_digest: fc.constantFrom(digest(input), digestOf('another')),
        decision_id: fc.constant(entryId(99)),
        finding_id: fc.constant(null),
        status: fc.constantFrom('pending', 'approved', 'denied', 'expired', 'voided'),
        requested_by: fc.constantFrom('analyst', 'ann'),
        requested_at: fc.constant(new Date(NOW_MS).toISOString()),
        expires: fc.integer({ min: NOW_MS - HOUR, max: NOW_MS + HOUR }).map((ms) => new Date(ms).toISOString()),
        policy_version: fc.constantFrom(builtinPolicy.version, 'older'),
        nonce: fc.constant('n'),
        quorum: fc.constantFrom(1, 2),
        assurance: fc.constantFrom(...ASSURANCES),
        votes: fc.array(
          fc.record({
            approver: fc.constantFrom('analyst', 'ann', 'ben', 'cho'),
            approved: fc.boolean(),
            assurance: fc.constantFrom(...ASSURANCES),
            at: fc.constant(new Date(NOW_MS).toISOString()),
            entry_id: fc.integer({ min: 500, max: 510 }).map(entryId),
          }),
          { maxLength: 5 },
        ),
      }),
      usedBy: fc.constantFrom(null, entryId(98)),
    }),
    { maxLength: 3 },
  );

const arbitraryInput = fc.constantFrom(...ACTION_TYPES).chain((type) => {
  const base = judgeInput(type);
  return fc
    .record({
      entries: fc.array(entry, { maxLength: 14 }),
      cited: fc.array(fc.integer({ min: 1, max: 14 }).map(entryId), { maxLength: 20 }),
      confidence: fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0.97, 7, -1, Number.NaN)),
      records: approvals(base),
      halted: fc.boolean(),
      budgetUsed: fc.constantFrom(0, 0, 0, 1, 50, 1_000, null),
    })
    .map(({ entries, cited, records, ...rest }): JudgeInput => ({
      ...base,
      ...rest,
      evidence: cited,
      resolved: new Map(entries.map((each) => [each.id, each])),
      approvalRefs: records.map((each) => each.approval.id),
      approvals: new Map(records.map((each) => [each.approval.id, each])),
    }));
});

/** The same rules, written as naively as possible: what an ALLOW must at least stand on. */
function countsNaively(input: JudgeInput): number {
  const impact = CATALOGUE.find((each) => each.action_type === input.action.action_type)?.impact ?? 'critical';
  const good = [...new Set(input.evidence)].filter((id) => {
    const found = input.resolved.get(id);
    if (!found?.succeeded || found.source === '' || found.source.startsWith('llm:')) return false;
    if (found.type !== 'evidence' && !(found.type === 'outcome' && found.facts['effect'] !== 'effect')) return false;
    const age = input.nowMs - found.timeMs;
    return age >= -5_000 && age <= builtinPolicy.evidence.max_age_ms[impact];
  });
  return good.length;
}

describe('an ALLOW', () => {
  it('never stands on less resolved, fresh, distinct evidence than the action demands', () => {
    fc.assert(
      fc.property(arbitraryInput, (input) => {
        const judgement = judge(input);
        if (judgement.verdict !== 'ALLOW') return;
        const line = CATALOGUE.find((each) => each.action_type === input.action.action_type);
        expect(new Set(judgement.evidence).size).toBe(judgement.evidence.length);
        expect(judgement.evidence.length).toBeGreaterThanOrEqual(line?.min_evidence ?? 99);
        expect(judgement.evidence.length).toBeLessThanOrEqual(countsNaively(input));
        expect(judgement.confidence.effective).toBeGreaterThanOrEqual(line?.min_confidence ?? 2);
        expect(input.halted).toBe(false);
      }),
      { numRuns: 2_000 },
    );
  });

  it('of a grave action stands on live approvals of exactly its digest by people who did not ask', () => {
    fc.assert(
      fc.property(arbitraryInput, (random) => {
        // enough evidence, so that people are all that is missing
        const good = judgeInput(random.action.action_type);
        const input = {
          ...random,
          evidence: good.evidence,
          resolved: good.resolved,
          confidence: 0.97,
          halted: false,
          budgetUsed: 0,
        };
        const judgement = judge(input);
        const line = CATALOGUE.find((each) => each.action_type === input.action.action_type);
        if (!line?.approval_required) return;
        const live = [...input.approvals.values()].filter(
          ({ approval, usedBy }) =>
            usedBy === null &&
            approval.status === 'approved' &&
            approval.action_digest === judgement.actionDigest &&
            approval.policy_version === builtinPolicy.version &&
            Date.parse(approval.expires) > NOW_MS,
        );
        const terms = builtinPolicy.approvals[line.impact];
        const enough = live.filter(({ approval }) => {
          const voters = approval.votes.filter(
            (vote) =>
              vote.approved &&
              vote.approver !== 'analyst' &&
              vote.approver !== approval.requested_by &&
              (terms.assurance === 'session' || vote.assurance === 'signed'),
          );
          return new Set(voters.map((vote) => vote.approver)).size >= terms.quorum;
        });
        expect(judgement.verdict).toBe(enough.length > 0 ? 'ALLOW' : 'STEP_UP');
        expect(judgement.approvals).toEqual(expect.arrayContaining(enough.map((each) => each.approval.id)));
      }),
      { numRuns: 1_000 },
    );
  });

  it('is never given to arbitrary data, and judging never throws', () => {
    const anything = fc.record({
      tenant: fc.string(),
      action: fc.anything(),
      requestedBy: fc.string(),
      confidence: fc.anything(),
      evidence: fc.array(fc.string()),
      resolved: fc.constant(new Map()),
      unavailable: fc.array(fc.string()),
      approvalRefs: fc.array(fc.string()),
      approvals: fc.constant(new Map()),
      budgetUsed: fc.anything(),
      reach: fc.anything(),
      halted: fc.boolean(),
      policy: fc.oneof(fc.constant(builtinPolicy), fc.anything()),
      nowMs: fc.double(),
    });
    fc.assert(
      fc.property(anything, (input) => {
        expect(judge(input as unknown as JudgeInput).verdict).not.toBe('ALLOW');
      }),
      { numRuns: 500 },
    );
  });
});

describe('the record of a decision', () => {
  it('is enough to take it again, byte for byte, whatever it stands on (P6)', () => {
    fc.assert(
      fc.property(arbitraryInput, (input) => {
        const { tenant, action, confidence, evidence, requestedBy, approvalRefs, unavailable, nowMs } = input;
        const request: GateRequest = {
          tenant,
          action,
          confidence,
          evidence,
          requestedBy,
          approvals: approvalRefs,
          unavailable,
          findingId: null,
        };
        const decision = decisionOf(judge(input), request, nowMs);
        const { committed } = decisionDraft(decision, request, input);
        const record = JSON.parse(canonicalJson(committed?.['judged'])) as JudgedRecord;
        expect(canonicalJson(judgeRecord(record))).toBe(canonicalJson(decision));
      }),
      { numRuns: 500 },
    );
  });
});
