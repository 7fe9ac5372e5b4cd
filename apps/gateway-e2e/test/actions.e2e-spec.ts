import { beforeAll, describe, expect, it } from '@jest/globals';
import { type Action, actionDigest, Approval, Decision, parseWith, Run } from '@dmitry/contracts';
import { type Answer, incidentEvents, type Json, tokenFor } from '@dmitry/harness';
import { describeGateway, problemIn, OTHER_TENANT, TENANT } from './support/gateway.ts';

const UNKNOWN_ENTRY = '01968f2e-7b00-7abc-8def-0123456789ab';
const UNKNOWN_ID = 'a'.repeat(64);

/** The entity that is named most often. */
function mostNamed(entities: readonly Action['target'][]): Action['target'] {
  const counts = new Map<string, number>();
  for (const { id } of entities) counts.set(id, (counts.get(id) ?? 0) + 1);
  const [first] = entities.toSorted((a, b) => (counts.get(b.id) ?? 0) - (counts.get(a.id) ?? 0));
  if (!first) throw new Error('the findings name no entity');
  return first;
}

describeGateway('findings, actions and approvals over HTTP', (suite) => {
  let findings: readonly Json[] = [];
  let evidence: readonly string[] = [];
  /** What most findings are about: their evidence counts for it. */
  let target: Action['target'];
  beforeAll(async () => {
    const token = await suite.token(['service', 'auditor']);
    await suite.call('POST', '/v1/events', { token, body: { records: incidentEvents() } });
    findings = (await suite.call('GET', '/v1/findings?limit=200', { token })).json.items;
    target = mostNamed(findings.flatMap(({ entities }) => entities));
    evidence = findings
      .filter(({ entities }) => entities.some(({ id }: Json) => id === target.id))
      .map(({ evidence: { entry_id } }) => entry_id);
  }, 60_000);

  const get = async (path: string, tenant?: string): Promise<Answer> =>
    suite.call('GET', path, { token: await suite.token(['auditor'], tenant) });
  const propose = async (action_type: Action['action_type'], more: object = {}, ticket = 'T-1'): Promise<Answer> => {
    const action = { action_type, target, params: { ticket } };
    const body = { action, confidence: 0.95, evidence: evidence.slice(0, 4), finding_id: findings[0].id, ...more };
    return suite.call('POST', '/v1/actions', { token: await suite.token(['analyst']), body });
  };

  describe('findings', () => {
    it('come of events, with the events that they rest on', async () => {
      expect(findings.length).toBeGreaterThan(5);
      const { json } = await get(`/v1/findings/${findings[0].id}`);
      expect(json).toEqual(findings[0]);
      const events = (await get(`/v1/findings/${findings[0].id}/events`)).json.items;
      expect(events.length).toBeGreaterThan(0);
    });

    it('of another tenant, and those that there are not, are not found', async () => {
      expect(problemIn(await get(`/v1/findings/${findings[0].id}`, OTHER_TENANT))).toBe('request.not_found');
      expect(problemIn(await get(`/v1/findings/${findings[0].id}/events`, OTHER_TENANT))).toBe('request.not_found');
      expect(problemIn(await get(`/v1/findings/${UNKNOWN_ID}`))).toBe('request.not_found');
      expect(problemIn(await get('/v1/findings/1'))).toBe('request.invalid');
      expect((await get('/v1/findings', OTHER_TENANT)).json.items).toEqual([]);
    });

    it('are filtered by severity, and an unknown one is refused', async () => {
      const { json } = await get('/v1/findings?severity=high&limit=200');
      expect(new Set(json.items.map(({ severity }: Json) => severity))).toEqual(new Set(['high']));
      expect(problemIn(await get('/v1/findings?severity=enormous'))).toBe('request.invalid');
    });

    it('belong to no incident before the orchestrator has grouped them', async () => {
      expect((await get('/v1/incidents')).json).toEqual({ items: [] });
      expect(problemIn(await get(`/v1/incidents/${UNKNOWN_ID}`))).toBe('request.not_found');
    });
  });

  describe('an action', () => {
    it('that the policy allows plans one run of exactly that action, and the same again has the same run', async () => {
      const first = await propose('investigate');
      expect(first.status).toBe(202);
      const { decision, run } = first.json;
      expect(parseWith(Decision, decision)).toMatchObject({ ok: true });
      expect(parseWith(Run, run)).toMatchObject({ ok: true });
      expect(decision.verdict).toBe('ALLOW');
      expect(decision.action_digest).toBe(actionDigest(TENANT, decision.action));
      expect(run).toMatchObject({ decision_id: decision.id, action_digest: decision.action_digest });
      const again = await propose('investigate');
      expect(again.json.run.id).toBe(run.id);
      expect((await get(`/v1/runs/${run.id}`)).json.id).toBe(run.id);
      expect((await get(`/v1/actions/${decision.id}`)).json).toEqual(decision);
      const runs = (await get(`/v1/runs?finding=${findings[0].id}`)).json.items;
      expect(runs.filter(({ action_digest }: Json) => action_digest === decision.action_digest)).toHaveLength(1);
    });

    it('that rests on too little is denied with the reason, and plans nothing', async () => {
      const { json } = await propose('notify_admin', { evidence: [UNKNOWN_ENTRY, UNKNOWN_ENTRY] });
      expect(json).toMatchObject({ run: null, approval: null, decision: { verdict: 'DENY' } });
      expect(JSON.stringify(json.decision.reasons)).toContain('gate.');
      expect(json.decision.evidence).toEqual([]);
    });

    it('with five copies of one evidence counts one', async () => {
      const { json } = await propose('increase_monitoring', { evidence: Array(5).fill(evidence[0]) });
      expect(json.decision.verdict).not.toBe('ALLOW');
      expect(json.run).toBeNull();
    });

    it('is not helped by a confidence of seven', async () => {
      const { json } = await propose('shutdown_service', { confidence: 7, evidence });
      expect(json.decision.verdict).not.toBe('ALLOW');
      expect(json.decision.confidence.effective).toBeLessThanOrEqual(1);
    });

    it('with evidence of another tenant is not helped by it', async () => {
      const action = { action_type: 'increase_monitoring', target, params: {} };
      const token = await suite.token(['analyst'], OTHER_TENANT);
      const body = { action, confidence: 0.95, evidence: evidence.slice(0, 4) };
      const { json } = await suite.call('POST', '/v1/actions', { token, body });
      expect(json).toMatchObject({ run: null, decision: { verdict: 'DENY', evidence: [] } });
    });

    it('that is none, or brings unknown members, is refused with every fault', async () => {
      const token = await suite.token(['analyst']);
      const action = { action_type: 'launch', target: { type: 'ai_tool' }, params: {}, sudo: true };
      const answer = await suite.call('POST', '/v1/actions', { token, body: { action, evidence: ['x'], now: 1 } });
      expect(problemIn(answer)).toBe('request.invalid');
      const pointers = answer.json.errors.map(({ pointer }: Json) => pointer);
      expect(pointers).toEqual(expect.arrayContaining(['/action/action_type', '/action/target', '/evidence/0']));
      expect(JSON.stringify(answer.json.errors)).toMatch(/sudo/);
      expect(JSON.stringify(answer.json.errors)).toMatch(/now/);
    });

    it('for a finding that the tenant has not is not found', async () => {
      expect(problemIn(await propose('investigate', { finding_id: UNKNOWN_ID }))).toBe('request.not_found');
    });

    it('decisions and runs of another tenant are not found', async () => {
      const { decision, run } = (await propose('investigate')).json;
      expect(problemIn(await get(`/v1/actions/${decision.id}`, OTHER_TENANT))).toBe('request.not_found');
      expect(problemIn(await get(`/v1/runs/${run.id}`, OTHER_TENANT))).toBe('request.not_found');
      expect(problemIn(await get(`/v1/runs/${UNKNOWN_ID}`))).toBe('request.not_found');
    });
  });

  describe('an approval', () => {
    const ask = async (ticket: string): Promise<Json> => {
      const { json } = await propose('rate_limit', {}, ticket);
      expect(json).toMatchObject({ run: null, decision: { verdict: 'STEP_UP' } });
      return json.approval;
    };
    const vote = async (approval: Json, more: object = {}, token?: string): Promise<Answer> =>
      suite.call('POST', `/v1/approvals/${approval.id}/votes`, {
        token: token ?? (await suite.token(['approver'])),
        body: { approved: true, nonce: approval.nonce, ...more },
      });

    it('is asked for where the policy demands it, with the whole action', async () => {
      const approval = await ask('ai:asked');
      const { json } = await get(`/v1/approvals/${approval.id}`);
      expect(parseWith(Approval, json)).toMatchObject({ ok: true });
      expect(json).toMatchObject({
        status: 'pending',
        action: { action_type: 'rate_limit', params: { ticket: 'ai:asked' } },
      });
      const { confirmations } = (await suite.call('GET', '/confirmations', { token: await suite.token(['approver']) }))
        .json;
      expect(confirmations.map(({ action_id }: Json) => action_id)).toContain(approval.id);
    });

    it('counts one person’s yes, once', async () => {
      const approval = await ask('ai:once');
      expect((await vote(approval)).json).toMatchObject({ status: 'approved' });
      expect((await vote(approval)).json).toMatchObject({ status: 'refused', code: 'gate.approval_closed' });
    });

    it('does not count with another nonce, nor of whoever asked for it', async () => {
      const approval = await ask('ai:nonce');
      expect((await vote(approval, { nonce: 'guessed' })).json).toMatchObject({
        status: 'refused',
        code: 'gate.nonce_mismatch',
      });
      const requester = await tokenFor(TENANT, ['approver'], { subject: 'analyst@acme' });
      expect((await vote(approval, {}, requester)).json).toMatchObject({ status: 'refused', code: 'gate.own_request' });
      expect((await get(`/v1/approvals/${approval.id}`)).json.status).toBe('pending');
    });

    it('a no ends it', async () => {
      const approval = await ask('ai:no');
      expect((await vote(approval, { approved: false })).json).toMatchObject({ status: 'denied' });
      expect((await vote(approval)).json.status).toBe('refused');
    });

    it('/confirm is a yes of low assurance: it counts for medium impact and never for high', async () => {
      const confirm = async (actionId: string): Promise<Json> =>
        (
          await suite.call('POST', '/confirm', {
            token: await suite.token(['approver']),
            body: { actionId, confirmed: true },
          })
        ).json;
      expect(await confirm((await ask('ai:confirm')).id)).toEqual({ success: true });
      const high = (await propose('block_access', {}, 'ai:high')).json;
      expect(high.decision.verdict).toBe('STEP_UP');
      expect(await confirm(high.approval.id)).toMatchObject({ success: false, code: 'gate.assurance_too_low' });
    });

    it('of another tenant is not found, by whatever way', async () => {
      const approval = await ask('ai:foreign');
      const token = await suite.token(['approver'], OTHER_TENANT);
      expect(problemIn(await get(`/v1/approvals/${approval.id}`, OTHER_TENANT))).toBe('request.not_found');
      expect(
        problemIn(await suite.call('POST', '/confirm', { token, body: { actionId: approval.id, confirmed: true } })),
      ).toBe('request.not_found');
      const foreign = await vote(approval, {}, token);
      expect(problemIn(foreign)).toBe('request.not_found');
      expect((await get('/v1/approvals', OTHER_TENANT)).json.items).toEqual([]);
    });
  });

  describe('the halt switch', () => {
    const operate = async (path: string, body?: object, tenant?: string): Promise<Answer> =>
      suite.call(body ? 'POST' : 'GET', path, {
        token: await suite.token(['operator'], tenant),
        ...(body ? { body } : {}),
      });

    it('stops one tenant, says so, and lets it go on', async () => {
      const halted = await operate('/v1/halt', { reason: 'drill' });
      expect(halted.status).toBe(200);
      expect(halted.json).toMatchObject({ in_flight: [] });
      expect(JSON.stringify((await operate('/v1/halt')).json)).toContain('drill');
      expect(JSON.stringify((await operate('/v1/halt', undefined, OTHER_TENANT)).json)).not.toContain('drill');
      const resumed = await operate('/v1/halt/resume', { reason: 'drill over' });
      expect(resumed.status).toBe(200);
      expect(JSON.stringify((await operate('/v1/halt')).json)).not.toContain('"reason":"drill"');
    });

    it('wants a reason', async () => {
      expect(problemIn(await operate('/v1/halt', {}))).toBe('request.invalid');
      expect(problemIn(await operate('/v1/halt/resume', { reason: '' }))).toBe('request.invalid');
    });
  });
});
