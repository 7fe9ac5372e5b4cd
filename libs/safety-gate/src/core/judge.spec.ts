import {
  ACTION_TYPES,
  type Action,
  actionDigest,
  type Approval,
  Decision,
  digestOf,
  parseWith,
} from '@dmitry/contracts';
import { describe, expect, it } from '@jest/globals';
import { actionOf, entryId, evidenceEntries, judgeInput, NOW_MS } from '../testing/index.ts';
import {
  type ApprovalRecord,
  builtinPolicy,
  CATALOGUE,
  decisionOf,
  type GatePolicy,
  judge,
  type JudgeInput,
  policyRef,
  supportedConfidence,
} from './index.ts';

const codes = (input: JudgeInput): string[] => judge(input).reasons.map((each) => each.code);

/** An approval of the input's action by two people, as strong as any policy asks. */
function approved(
  input: JudgeInput,
  change: Partial<Approval> = {},
  usedBy: string | null = null,
): Partial<JudgeInput> {
  const vote = (name: string, n: number) => ({
    approver: name,
    approved: true,
    assurance: 'signed' as const,
    at: new Date(NOW_MS).toISOString(),
    entry_id: entryId(900 + n),
    signature: 'c2ln',
  });
  const approval: Approval = {
    id: 'approval-1',
    tenant_id: input.tenant,
    action: input.action,
    action_digest: actionDigest(input.tenant, input.action),
    decision_id: entryId(800),
    finding_id: null,
    status: 'approved',
    requested_by: input.requestedBy,
    requested_at: new Date(NOW_MS - 1_000).toISOString(),
    expires: new Date(NOW_MS + 120_000).toISOString(),
    policy_version: builtinPolicy.version,
    nonce: 'nonce',
    quorum: 2,
    assurance: 'signed',
    votes: [vote('ann', 1), vote('ben', 2)],
    ...change,
  };
  const record: ApprovalRecord = { approval, usedBy };
  return { approvalRefs: [approval.id], approvals: new Map([[approval.id, record]]) };
}

describe('every action type of the catalogue', () => {
  it.each(ACTION_TYPES)('%s passes with the evidence, confidence and approvals it demands', (type) => {
    const input = judgeInput(type);
    const judgement = judge({ ...input, ...approved(input) });
    expect(judgement.verdict).toBe('ALLOW');
    expect(judgement.policy).toEqual(policyRef(builtinPolicy));
    expect(judgement.evidence).toEqual(input.evidence);
    expect(judgement.reservation?.impact).toBe(CATALOGUE.find((each) => each.action_type === type)?.impact);
    expect(judgement.expiresMs).toBeGreaterThan(NOW_MS);
  });

  it.each(ACTION_TYPES)(
    '%s fails with one piece of evidence too few, and with a confidence just below its floor',
    (type) => {
      const input = judgeInput(type);
      const fewer = { ...input, ...approved(input), evidence: input.evidence.slice(1) };
      expect(judge(fewer).verdict).toBe('DENY');
      expect(codes(fewer)).toContain('gate.insufficient_evidence');
      const floor = CATALOGUE.find((each) => each.action_type === type)?.min_confidence ?? 1;
      const unsure = { ...input, ...approved(input), confidence: floor - 0.0001 };
      expect(judge(unsure).verdict).toBe('DENY');
      expect(codes(unsure)).toContain('gate.insufficient_confidence');
    },
  );

  it.each(CATALOGUE.filter((entry) => entry.approval_required).map((entry) => entry.action_type))(
    '%s steps up to people without an approval',
    (type) => {
      const judgement = judge(judgeInput(type));
      expect(judgement.verdict).toBe('STEP_UP');
      expect(judgement.needs).toEqual(['approval']);
      expect(judgement.approval?.quorum).toBe(['shutdown_service', 'emergency_lockdown'].includes(type) ? 2 : 1);
      expect(judgement.reservation).toBeNull();
    },
  );

  it('keeps the thresholds of the field exactly', () => {
    const table = CATALOGUE.map((e) => [
      e.action_type,
      e.impact,
      e.blast_radius,
      e.approval_required,
      e.min_evidence,
      e.min_confidence,
      e.auto_execute,
    ]);
    expect(table).toEqual([
      ['investigate', 'low', 'entity_only', false, 1, 0.5, true],
      ['monitor', 'low', 'entity_only', false, 1, 0.6, true],
      ['alert', 'low', 'entity_only', false, 1, 0.7, true],
      ['log', 'low', 'entity_only', false, 1, 0.5, true],
      ['increase_monitoring', 'medium', 'entity_only', false, 2, 0.7, true],
      ['rate_limit', 'medium', 'entity_only', true, 2, 0.75, false],
      ['require_mfa', 'medium', 'segment', true, 3, 0.8, false],
      ['notify_admin', 'medium', 'entity_only', false, 2, 0.7, true],
      ['block_access', 'high', 'entity_only', true, 3, 0.85, false],
      ['isolate_entity', 'high', 'entity_only', true, 3, 0.85, false],
      ['quarantine', 'high', 'entity_only', true, 4, 0.9, false],
      ['revoke_credentials', 'high', 'entity_only', true, 4, 0.9, false],
      ['shutdown_service', 'critical', 'org_wide', true, 5, 0.95, false],
      ['emergency_lockdown', 'critical', 'org_wide', true, 5, 0.95, false],
    ]);
  });
});

describe('evidence', () => {
  const withEntries = (change: Parameters<typeof evidenceEntries>[1]): JudgeInput => {
    const entries = evidenceEntries(3, change);
    return judgeInput('notify_admin', {
      evidence: entries.map((each) => each.id),
      resolved: new Map(entries.map((each) => [each.id, each])),
    });
  };

  it.each([
    ['a failed read', { succeeded: false }, 'gate.evidence_failed'],
    ['a read older than the policy calls fresh', { timeMs: NOW_MS - 13 * 3_600_000 }, 'gate.evidence_stale'],
    ['an entry from the future', { timeMs: NOW_MS + 60_000 }, 'gate.evidence_from_future'],
    ['an entry without a time', { timeMs: Number.NaN }, 'gate.evidence_from_future'],
    ['a decision', { type: 'decision' as const }, 'gate.evidence_kind'],
    ['the outcome of an effect', { facts: { effect: 'effect' } }, 'gate.evidence_kind'],
    ['what a model said', { source: 'llm:chat.completions' }, 'gate.evidence_kind'],
    ['an entry without a source', { source: '' }, 'gate.evidence_kind'],
    ['an outcome of nobody', { source: ':' }, 'gate.evidence_kind'],
    ['a read of something else', { subjects: ['entities', 'svc-payroll'] }, 'gate.evidence_not_about_target'],
    ['a read that names nothing', { subjects: [] }, 'gate.evidence_not_about_target'],
    [
      'evidence of a finding without the target',
      { type: 'evidence' as const, subjects: ['service:svc-payroll'] },
      'gate.evidence_not_about_target',
    ],
    ['a third read of one source', { source: 'platform:entities.search' }, 'gate.evidence_same_source'],
  ])('does not count %s and says so', (_what, change, code) => {
    expect(codes(withEntries(change))).toContain(code);
    if (code !== 'gate.evidence_same_source') expect(judge(withEntries(change)).verdict).toBe('DENY');
  });

  it.each([
    ['a read that names the target', { subjects: ['entities', 'svc-billing'] }, [], 'ALLOW'],
    ['a read of what the finding links to it', { subjects: ['entities', 'db-1'] }, ['db-1'], 'ALLOW'],
    [
      'evidence of a finding with the target',
      { type: 'evidence' as const, subjects: ['service:svc-billing'] },
      [],
      'ALLOW',
    ],
    ['evidence of a finding of what is linked', { type: 'evidence' as const, subjects: ['db-1'] }, ['db-1'], 'DENY'],
    ['an entry of a record that did not say', {}, [], 'ALLOW'],
  ])('of the target: %s', (_what, change, linked, verdict) => {
    expect(judge({ ...withEntries(change), linked }).verdict).toBe(verdict);
  });

  it('never counts five copies of one id as five', () => {
    const input = judgeInput('shutdown_service');
    const copies = {
      ...input,
      ...approved(input),
      evidence: Array.from({ length: 5 }, () => input.evidence[0] as string),
    };
    expect(judge(copies).verdict).toBe('DENY');
    expect(judge(copies).evidence).toHaveLength(1);
    expect(codes(copies).filter((code) => code === 'gate.evidence_duplicate')).toHaveLength(4);
  });

  it('reports an id that does not resolve, cut short, and does not count it', () => {
    const input = judgeInput('alert', { evidence: [`\ud800${'x'.repeat(500)}`] });
    const unresolved = judge(input).reasons.find((each) => each.code === 'gate.evidence_unresolved');
    expect(unresolved?.message.length).toBeLessThan(130);
    expect(unresolved?.message.isWellFormed()).toBe(true);
  });

  it('demands several sources of a grave action, not several reads of two', () => {
    const entries = evidenceEntries(6).map((each, n) => ({ ...each, source: `platform:read-${n % 2}` }));
    const policy: GatePolicy = { ...builtinPolicy, evidence: { ...builtinPolicy.evidence, per_source: 3 } };
    const input = judgeInput('shutdown_service', {
      policy,
      evidence: entries.map((e) => e.id),
      resolved: new Map(entries.map((e) => [e.id, e])),
    });
    expect(codes(input)).toContain('gate.insufficient_sources');
  });

  it('defers instead of denying when a source was down, but not when the claim itself is too low', () => {
    const down = judgeInput('alert', { evidence: [], unavailable: ['platform'] });
    expect(judge(down).verdict).toBe('DEFER');
    expect(codes(down)[0]).toBe('gate.evidence_unavailable');
    expect(judge({ ...down, confidence: 0.1 }).verdict).toBe('DENY');
  });

  it('refuses more references than anyone reads', () => {
    expect(codes(judgeInput('alert', { evidence: Array.from({ length: 65 }, (_, n) => entryId(n)) }))).toContain(
      'gate.too_many_references',
    );
  });
});

describe('confidence', () => {
  it.each([7, -0.1, Number.NaN, Number.POSITIVE_INFINITY, '0.9' as unknown as number])(
    'refuses %p: it is no confidence',
    (confidence) => {
      const judgement = judge(judgeInput('alert', { confidence }));
      expect(judgement.verdict).toBe('DENY');
      expect(judgement.reasons[0]?.code).toBe('gate.confidence_out_of_range');
    },
  );

  it('is the lower of the claim and what the evidence supports', () => {
    const judgement = judge(judgeInput('increase_monitoring', { confidence: 0.99 }));
    expect(judgement.confidence).toEqual({
      claimed: 0.99,
      supported: 0.82,
      effective: 0.82,
      formula: 'distinct-evidence-v1',
    });
    expect([0, 1, 2, 3, 4, 5].map((n) => supportedConfidence(n, builtinPolicy))).toEqual([
      0, 0.7, 0.82, 0.892, 0.9352, 0.9611,
    ]);
  });
});

describe('the action itself', () => {
  const judgedAction = (action: unknown): string[] => codes(judgeInput('block_access', { action: action as Action }));
  const block = actionOf('block_access');

  it.each([
    ['an action that is not on the list', { ...block, action_type: 'format_disk' }, 'gate.unknown_action_type'],
    [
      'an alias where the resolved type belongs',
      { ...block, action_type: 'update_firewall' },
      'gate.unknown_action_type',
    ],
    ['the target unknown', { ...block, target: { type: 'service', id: 'Unknown' } }, 'gate.target_missing'],
    ['a target padded with blanks', { ...block, target: { type: 'service', id: ' svc' } }, 'gate.target_missing'],
    ['a target of no type', { ...block, target: { type: 'host', id: 'h1' } }, 'gate.action_invalid'],
    ['members that ride along', { ...block, also: 1 }, 'gate.action_invalid'],
    [
      'a service that defends the deployment, in other letters',
      { ...block, target: { type: 'service', id: 'Ｄmitry' } },
      'gate.protected_target',
    ],
    ['the requester as target', { ...block, target: { type: 'identity', id: 'Analyst' } }, 'gate.self_target'],
    [
      'a target that the action does not apply to',
      { ...actionOf('require_mfa'), target: { type: 'data_store', id: 'd' } },
      'gate.target_type',
    ],
    ['a number that JSON lacks', { ...block, params: { a: Number.NaN } }, 'gate.params_not_canonical'],
    ['a lone surrogate', { ...block, params: { a: '\ud800' } }, 'gate.params_not_canonical'],
    ['a date object', { ...block, params: { a: new Date(0) } }, 'gate.params_not_canonical'],
    ['an undefined member', { ...block, params: { a: [{ b: undefined }] } }, 'gate.params_not_canonical'],
    ['a function', { ...block, params: { a: () => 1 } }, 'gate.params_not_canonical'],
    ['parameters nobody reads to the end', { ...block, params: { a: 'x'.repeat(9_000) } }, 'gate.params_too_large'],
    ['a placeholder', { ...block, params: { host: '{{ host }}' } }, 'gate.action_unresolved'],
  ])('denies %s', (_what, action, code) => {
    expect(judgedAction(action)).toContain(code);
    expect(judge(judgeInput('block_access', { action: action as Action })).verdict).toBe('DENY');
  });

  it('denies what is no object at all, without throwing', () => {
    for (const action of [null, undefined, 7, 'x', []])
      expect(judge(judgeInput('alert', { action: action as unknown as Action })).verdict).toBe('DENY');
  });

  it('lets low impact look at what defends the deployment', () => {
    expect(
      judge(
        judgeInput('investigate', {
          action: { ...actionOf('investigate'), target: { type: 'service', id: 'dmitry' } },
        }),
      ).verdict,
    ).toBe('ALLOW');
  });

  it('answers a parameter above its ceiling with the action it would judge instead, and that one judged anew steps up', () => {
    const input = judgeInput('block_access', {
      action: actionOf('block_access', { duration_seconds: 9_999_999, port: 22 }),
    });
    const judgement = judge({ ...input, ...approved(input) });
    expect(judgement.verdict).toBe('MODIFY');
    expect(judgement.modified).toEqual(actionOf('block_access', { duration_seconds: 604_800, port: 22 }));
    const again = judge({ ...input, ...approved(input), action: judgement.modified as Action });
    expect(again.verdict).toBe('STEP_UP');
    expect(again.reasons.map((each) => each.code)).toContain('gate.approval_other_action');
  });
});

describe('approvals', () => {
  const input = judgeInput('block_access');
  it.each([
    ['for another action', approved(input, { action_digest: 'f'.repeat(64) }), 'gate.approval_other_action'],
    ['under another policy', approved(input, { policy_version: 'builtin-0' }), 'gate.approval_other_policy'],
    ['still pending', approved(input, { status: 'pending' }), 'gate.approval_not_granted'],
    ['past its time', approved(input, { expires: new Date(NOW_MS).toISOString() }), 'gate.approval_expired'],
    ['with a time nobody can read', approved(input, { expires: 'soon' }), 'gate.approval_expired'],
    ['spent before', approved(input, {}, entryId(1)), 'gate.approval_used'],
    ['without votes', approved(input, { votes: [] }), 'gate.approval_insufficient'],
    [
      'by the requester alone',
      approved(judgeInput('block_access', { requestedBy: 'x' }), {
        requested_by: 'ann',
        votes: approvalVotes('ann', 'ann'),
      }),
      'gate.approval_insufficient',
    ],
    [
      'with too weak an assurance',
      approved(input, { votes: approvalVotes('ann', 'ben', 'session') }),
      'gate.approval_insufficient',
    ],
    ['that nobody knows', { approvalRefs: ['ghost'] }, 'gate.approval_unknown'],
  ])('do not count %s', (_what, change, code) => {
    const judgement = judge({ ...input, ...change });
    expect(judgement.verdict).toBe('STEP_UP');
    expect(judgement.reasons.map((each) => each.code)).toContain(code);
  });

  it('are named by the ALLOW as the entries of their votes, and bound its life', () => {
    const judgement = judge({ ...input, ...approved(input) });
    expect(judgement).toMatchObject({
      approvals: ['approval-1'],
      votes: [entryId(901), entryId(902)],
      expiresMs: NOW_MS + 120_000,
    });
  });

  it('are demanded of an automatic action too when it reaches further than the catalogue expects', () => {
    const wide = judge(judgeInput('increase_monitoring', { reach: 300 }));
    expect(wide.verdict).toBe('STEP_UP');
    expect(wide.blastRadius).toEqual({ class: 'org_wide', entities: 300 });
    expect(judge(judgeInput('increase_monitoring', { reach: 30 })).blastRadius.class).toBe('segment');
    expect(judge(judgeInput('increase_monitoring', { reach: 3 })).verdict).toBe('ALLOW');
  });
});

function approvalVotes(first: string, second: string, assurance: 'session' | 'signed' = 'signed'): Approval['votes'] {
  return [first, second].map((name, n) => ({
    approver: name,
    approved: true,
    assurance,
    at: new Date(NOW_MS).toISOString(),
    entry_id: entryId(700 + n),
  }));
}

describe('fail closed', () => {
  it.each([
    ['no policy', { policy: null }, 'DENY', 'gate.no_policy'],
    ['a policy that cannot be read', { policy: 'invalid' as const }, 'DENY', 'gate.policy_invalid'],
    ['a policy of another shape', { policy: {} as GatePolicy }, 'DENY', 'gate.judge_failed'],
    ['a clock that says nothing', { nowMs: Number.NaN }, 'DENY', 'gate.clock_invalid'],
    ['a clock before time', { nowMs: 0 }, 'DENY', 'gate.clock_invalid'],
    ['a halt', { halted: true }, 'DEFER', 'gate.halted'],
    ['a budget that could not be read', { budgetUsed: null }, 'DENY', 'gate.budget_unknown'],
    ['a budget that makes no sense', { budgetUsed: Number.NaN }, 'DENY', 'gate.budget_unknown'],
    ['a budget that is used up', { budgetUsed: 1_000 }, 'DENY', 'gate.budget_exceeded'],
    ['a reach that is no count', { reach: -1 }, 'DENY', 'gate.blast_radius_invalid'],
    ['evidence that could not be read', { resolved: new Map() }, 'DENY', 'gate.insufficient_evidence'],
  ])('%s allows nothing', (_what, change, verdict, code) => {
    const judgement = judge(judgeInput('alert', change));
    expect(judgement.verdict).toBe(verdict);
    expect(judgement.reasons[0]?.code).toBe(code);
    expect(judgement.reservation).toBeNull();
  });
});

describe('a decision on the wire', () => {
  it('fits the contract for every verdict and is the same for the same input', () => {
    const request = {
      tenant: 'acme',
      action: actionOf('block_access'),
      findingId: null,
      confidence: 0.9,
      evidence: [],
      requestedBy: 'analyst',
    };
    for (const type of ACTION_TYPES) {
      const input = judgeInput(type);
      const decision = decisionOf(judge(input), { ...request, action: input.action }, NOW_MS);
      expect(parseWith(Decision, decision)).toMatchObject({ ok: true });
      expect(digestOf(decisionOf(judge(judgeInput(type)), { ...request, action: input.action }, NOW_MS))).toBe(
        digestOf(decision),
      );
    }
  });

  it('can still say what it refused when the action is nothing that JSON carries', () => {
    const action = { ...actionOf('alert'), params: { big: 1n } };
    const decision = decisionOf(
      judge(judgeInput('alert', { action })),
      { tenant: 'acme', action, findingId: null, confidence: 1, evidence: [], requestedBy: 'a' },
      NOW_MS,
    );
    expect(decision.action).toEqual(actionOf('alert'));
    expect(decision.action_digest).toBe('0'.repeat(64));
    expect(digestOf(decision)).toHaveLength(64);
  });
});
