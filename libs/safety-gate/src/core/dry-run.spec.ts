import { actionDigest, type Approval, parseWith } from '@dmitry/contracts';
import { describe, expect, it } from '@jest/globals';
import { actionOf, entryId, evidenceEntries, NOW_MS } from '../testing/index.ts';
import { builtinPolicy, createDryRun, DryRunAction, DryRunContext } from './index.ts';

const iso = (ms: number): string => new Date(ms).toISOString();
const evidence = evidenceEntries(5).map(({ id, type, timeMs, source }) => ({ id, type, time: iso(timeMs), source }));
const context: DryRunContext = { now: iso(NOW_MS), evidence, confidence: 0.97 };
const alert = { ...actionOf('alert') };

describe('a dry run', () => {
  it('judges as a deployment would that looked the same things up, without an id: no run can stand on it', () => {
    expect([parseWith(DryRunContext, context).ok, parseWith(DryRunAction, alert).ok]).toEqual([true, true]);
    const decision = createDryRun(context, builtinPolicy)(alert);
    expect(decision).toMatchObject({
      verdict: 'ALLOW',
      tenant_id: 'local',
      action_digest: actionDigest('local', alert),
      decided_at: iso(NOW_MS),
    });
    expect(decision.id).toBeUndefined();
  });

  it('denies without policy, without context and beyond the budget', () => {
    expect(createDryRun(context, null)(alert).reasons[0]?.code).toBe('gate.no_policy');
    expect(createDryRun({}, builtinPolicy)(alert)).toMatchObject({
      verdict: 'DENY',
      decided_at: '2000-01-01T00:00:00.000Z',
    });
    const spent = { ...context, budget_used: [{ impact: 'low' as const, used: 1_000 }] };
    expect(createDryRun(spent, builtinPolicy)(alert).reasons[0]?.code).toBe('gate.budget_exceeded');
  });

  it('takes the time of the newest evidence where none is given, and honours halt, reach and what did not answer', () => {
    const { now: _none, ...timeless } = context;
    expect(createDryRun(timeless, builtinPolicy)(alert).decided_at).toBe(iso(NOW_MS - 60_000));
    expect(createDryRun({ ...context, halted: true }, builtinPolicy)(alert).verdict).toBe('DEFER');
    expect(createDryRun({ ...context, evidence: [], unavailable: ['pdri'] }, builtinPolicy)(alert).verdict).toBe(
      'DEFER',
    );
    const reach = [{ target: alert.target, entities: 30 }];
    expect(createDryRun({ ...context, reach }, builtinPolicy)(alert)).toMatchObject({
      verdict: 'STEP_UP',
      blast_radius: { entities: 30 },
    });
  });

  it('names every approval of the context unless the line names its own', () => {
    const action = actionOf('rate_limit');
    const approval: Approval = {
      id: 'a1',
      tenant_id: 'local',
      action,
      action_digest: actionDigest('local', action),
      decision_id: entryId(9),
      finding_id: null,
      status: 'approved',
      requested_by: 'dry-run',
      requested_at: iso(NOW_MS),
      expires: iso(NOW_MS + 60_000),
      policy_version: builtinPolicy.version,
      nonce: 'n',
      quorum: 1,
      assurance: 'session',
      votes: [{ approver: 'ann', approved: true, assurance: 'session', at: iso(NOW_MS), entry_id: entryId(8) }],
    };
    const run = createDryRun({ ...context, approvals: [approval] }, builtinPolicy);
    expect(run(action)).toMatchObject({ verdict: 'ALLOW', approvals: [entryId(8)] });
    expect(run({ ...action, approvals: [] }).verdict).toBe('STEP_UP');
    expect(run({ ...action, evidence: ['ghost'] }).verdict).toBe('DENY');
  });

  it('answers what is on no list with a verdict, not a fault', () => {
    expect(
      createDryRun(context, builtinPolicy)({ action_type: 'rm', target: { type: 'x', id: 'y' } }).reasons[0]?.code,
    ).toBe('gate.unknown_action_type');
  });
});
