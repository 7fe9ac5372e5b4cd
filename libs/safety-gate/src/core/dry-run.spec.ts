import { describe, expect, it } from '@jest/globals';
import { type Approval, actionDigest, parseWith } from '@dmitry/contracts';
import { builtinPolicy, createDryRun, DryRunAction, DryRunContext } from './index.ts';

const id = (n: number) => `01940000-0000-7000-8000-00000000000${n}`;
const entry = (n: number, time = '2026-01-01T00:00:00.000Z') => ({
  id: id(n),
  type: 'outcome' as const,
  time,
  source: `service-${n}:read`,
});
const alert = { action_type: 'alert', target: { type: 'identity', id: 'jdoe' }, confidence: 0.9 };

describe('a dry run', () => {
  it('cites all evidence of its context, at the time of the newest, unless told otherwise', () => {
    const evidence = [entry(1, '2026-01-01T00:00:00.000Z'), entry(2, '2026-01-01T01:00:00.000Z')];
    const decide = createDryRun({ evidence }, builtinPolicy);
    expect(decide(alert)).toMatchObject({
      verdict: 'ALLOW',
      tenant_id: 'local',
      evidence: [id(1), id(2)],
      decided_at: '2026-01-01T01:00:00.000Z',
    });
    expect(decide({ ...alert, evidence: [id(9)] })).toMatchObject({ verdict: 'DENY', evidence: [] });
    const later = createDryRun({ evidence, now: '2026-03-01T00:00:00.000Z' }, builtinPolicy);
    expect(later(alert)).toMatchObject({ verdict: 'DENY', decided_at: '2026-03-01T00:00:00.000Z' });
  });

  it('without any context is always the same, and denies', () => {
    const decide = createDryRun({}, builtinPolicy);
    expect(decide(alert)).toMatchObject({ verdict: 'DENY', decided_at: '2000-01-01T00:00:00.000Z' });
    expect(decide(alert)).toEqual(createDryRun({}, builtinPolicy)(alert));
    expect(createDryRun({}, null)(alert)).toMatchObject({ verdict: 'DENY', reasons: [{ code: 'gate.no_policy' }] });
  });

  it('counts approvals of people who did not ask, for exactly this action', () => {
    const action = {
      action_type: 'block_access' as const,
      target: { type: 'identity' as const, id: 'jdoe' },
      params: {},
    };
    const evidence = [1, 2, 3, 4, 5].map((n) => entry(n));
    const approval: Approval = {
      id: 'approval-1',
      tenant_id: 'acme',
      action,
      action_digest: actionDigest('acme', action),
      decision_id: id(6),
      finding_id: null,
      status: 'approved',
      requested_by: 'analyst',
      requested_at: '2026-01-01T00:00:00.000Z',
      expires: '2026-01-01T01:00:00.000Z',
      policy_version: builtinPolicy.version,
      nonce: 'n',
      quorum: 1,
      assurance: 'signed',
      votes: [
        { approver: 'ann', approved: true, assurance: 'signed', at: '2026-01-01T00:00:00.000Z', entry_id: id(7) },
        { approver: 'bob', approved: true, assurance: 'signed', at: '2026-01-01T00:00:00.000Z', entry_id: id(8) },
      ],
    };
    const context = { tenant: 'acme', evidence, confidence: 1, requested_by: 'analyst' };
    expect(createDryRun(context, builtinPolicy)(action)).toMatchObject({ verdict: 'STEP_UP', needs: ['approval'] });
    const decide = createDryRun({ ...context, approvals: [approval] }, builtinPolicy);
    expect(decide(action)).toMatchObject({ verdict: 'ALLOW', approvals: [id(7), id(8)] });
    expect(decide({ ...action, approvals: [] })).toMatchObject({ verdict: 'STEP_UP' });
    expect(decide({ ...action, params: { reason: 'x' } })).toMatchObject({ verdict: 'STEP_UP' });
  });

  it('takes budget and reach of the context, for the action they are about', () => {
    const evidence = [entry(1)];
    const spent = createDryRun({ evidence, budget_used: [{ impact: 'low', used: 1e6 }] }, builtinPolicy);
    expect(spent(alert)).toMatchObject({ verdict: 'DENY' });
    const other = createDryRun(
      { evidence, reach: [{ target: { type: 'identity', id: 'x' }, entities: 900 }] },
      builtinPolicy,
    );
    expect(other(alert)).toMatchObject({ verdict: 'ALLOW', blast_radius: { entities: 1 } });
  });

  it('refuses files and lines with members that nobody would look at', () => {
    expect(parseWith(DryRunContext, { halt: true }).ok).toBe(false);
    expect(parseWith(DryRunContext, { evidence: [{ ...entry(1), id: 'x' }] }).ok).toBe(false);
    expect(parseWith(DryRunAction, { ...alert, force: true }).ok).toBe(false);
    expect(parseWith(DryRunAction, alert).ok).toBe(true);
  });
});
