import { generateKeyPairSync } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Role } from '@dmitry/contracts';
import { type Answer, incidentEvents, type Json, securityEvent } from '@dmitry/harness';
import { describeGateway, OTHER_TENANT, problemIn } from './support/gateway.ts';

const KEY = Buffer.from(
  generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' }).x ?? '',
  'base64url',
).toString('base64');
const UNKNOWN_RUN = 'a'.repeat(64);
const UNKNOWN_EFFECT = 'a'.repeat(52);

describeGateway('administration over HTTP', (suite) => {
  const as = async (role: Role, method: string, path: string, body?: unknown, tenant?: string): Promise<Answer> =>
    suite.call(method, path, { token: await suite.token([role], tenant), ...(body === undefined ? {} : { body }) });

  describe('keys of approvers', () => {
    const path = '/v1/approvers/carol%40acme/key';

    it('are registered, shown, listed and revoked, each by whom it is for', async () => {
      expect(problemIn(await as('operator', 'GET', path))).toBe('request.not_found');
      const put = await as('operator', 'PUT', path, { public_key: KEY });
      expect(put.json).toMatchObject({ subject: 'carol@acme', public_key: KEY });
      expect((await as('auditor', 'GET', path)).json).toEqual(put.json);
      expect((await as('approver', 'GET', '/v1/approvers')).json).toEqual({ items: [put.json] });
      const gone = await as('operator', 'DELETE', path);
      expect([gone.status, gone.text]).toEqual([204, '']);
      expect(problemIn(await as('operator', 'DELETE', path))).toBe('request.not_found');
    });

    it('of another tenant are not found, and nobody but an operator changes one', async () => {
      await as('operator', 'PUT', path, { public_key: KEY });
      expect(problemIn(await as('operator', 'GET', path, undefined, OTHER_TENANT))).toBe('request.not_found');
      expect(problemIn(await as('operator', 'DELETE', path, undefined, OTHER_TENANT))).toBe('request.not_found');
      expect((await as('operator', 'GET', '/v1/approvers', undefined, OTHER_TENANT)).json).toEqual({ items: [] });
      for (const role of ['approver', 'auditor'] as const)
        expect(problemIn(await as(role, 'PUT', path, { public_key: KEY }))).toBe('auth.forbidden');
      expect(problemIn(await as('approver', 'DELETE', path))).toBe('auth.forbidden');
      expect((await as('operator', 'GET', path)).status).toBe(200);
    });

    it('that are none are refused', async () => {
      expect(problemIn(await as('operator', 'PUT', path, { public_key: 'AAAA' }))).toBe('gate.key_invalid');
      const answer = await as('operator', 'PUT', path, { key: KEY });
      expect(problemIn(answer)).toBe('request.invalid');
      expect(JSON.stringify(answer.json.errors)).toMatch(/public_key.*key|key.*public_key/);
    });
  });

  describe('the policy', () => {
    let document: Json;
    beforeAll(async () => {
      ({ document } = (await as('auditor', 'GET', '/v1/policies')).json);
    });

    it('is the deployment’s until a tenant activates its own, which holds for that tenant alone', async () => {
      const own = { ...document, version: 'acme-1', allow_ttl_ms: { ...document.allow_ttl_ms, low: 1_000 } };
      const activated = await as('operator', 'POST', '/v1/policies', own);
      expect(activated.json).toMatchObject({ policy: { version: 'acme-1' }, voided: [] });
      expect((await as('auditor', 'GET', '/v1/policies')).json).toEqual({
        policy: activated.json.policy,
        document: own,
      });
      const other = await as('auditor', 'GET', '/v1/policies', undefined, OTHER_TENANT);
      expect(other.json.policy.version).toBe(document.version);
      const changed = { ...own, allow_ttl_ms: { ...own.allow_ttl_ms, low: 2_000 } };
      expect(problemIn(await as('operator', 'POST', '/v1/policies', changed))).toBe('gate.policy_version_taken');
    });

    it('is activated by operators only, and never below the catalogue', async () => {
      expect(problemIn(await as('approver', 'POST', '/v1/policies', document))).toBe('auth.forbidden');
      const catalogue = document.catalogue.map((entry: Json) => ({
        ...entry,
        approval_required: false,
        min_confidence: 0,
      }));
      const loose = { ...document, version: 'loose-1', catalogue };
      expect(problemIn(await as('operator', 'POST', '/v1/policies', loose))).toBe('gate.policy_loosens');
      const answer = await as('operator', 'POST', '/v1/policies', { ...document, v: 2, budgets: 7, more: 1 });
      expect(problemIn(answer)).toBe('request.invalid');
      const pointers = answer.json.errors.map(({ pointer }: Json) => pointer);
      expect(pointers).toEqual(expect.arrayContaining(['/v', '/budgets']));
    });
  });

  describe('runs and approvals', () => {
    let approval: Json;
    let run: Json;
    beforeAll(async () => {
      await as('service', 'POST', '/v1/events', { records: incidentEvents() });
      const findings = (await as('auditor', 'GET', '/v1/findings?limit=200')).json.items as Json[];
      const target = { type: 'identity', id: 'identity:svc-ops-agent' };
      const about = findings.filter(({ entities }) => entities.some(({ id }: Json) => id === target.id));
      const evidence = about.slice(0, 4).map((finding) => finding.evidence.entry_id);
      const propose = async (action_type: string): Promise<Json> => {
        const action = { action_type, target, params: {} };
        return (await as('analyst', 'POST', '/v1/actions', { action, confidence: 0.95, evidence })).json;
      };
      ({ approval } = await propose('rate_limit'));
      ({ run } = await propose('investigate'));
    }, 60_000);

    it('a request for approval is withdrawn by who asked or an operator, once, and not by others', async () => {
      const path = `/v1/approvals/${approval.id}/withdraw`;
      expect(problemIn(await as('operator', 'POST', path, {}, OTHER_TENANT))).toBe('gate.approval_not_found');
      expect(problemIn(await as('auditor', 'POST', path, {}))).toBe('auth.forbidden');
      expect(problemIn(await as('service', 'POST', path, {}))).toBe('auth.forbidden'); // it did not ask
      expect(problemIn(await as('analyst', 'POST', path, { reason: 'bored' }))).toBe('request.invalid');
      expect((await as('analyst', 'POST', path, {})).json).toMatchObject({ id: approval.id, status: 'voided' });
      expect(problemIn(await as('operator', 'POST', path, {}))).toBe('gate.approval_closed');
    });

    it('a run that has not left yet is cancelled by an operator, with a reason', async () => {
      const path = `/v1/runs/${run.id}/cancel`;
      const body = { reason: 'a drill' };
      expect(problemIn(await as('operator', 'POST', path, body, OTHER_TENANT))).toBe('workflow.run_not_found');
      expect(problemIn(await as('analyst', 'POST', path, body))).toBe('auth.forbidden');
      expect(problemIn(await as('operator', 'POST', path, {}))).toBe('request.invalid');
      expect(problemIn(await as('operator', 'POST', `/v1/runs/${UNKNOWN_RUN}/cancel`, body))).toBe(
        'workflow.run_not_found',
      );
      const cancelled = await as('operator', 'POST', path, body);
      expect([cancelled.status, cancelled.json.effects[0].state]).toEqual([200, 'refused']);
      expect(problemIn(await as('operator', 'POST', path, body))).toBe('workflow.run_not_cancellable');
    });

    it('an effect is resolved by a person only where nobody else could say what happened', async () => {
      const path = `/v1/runs/${run.id}/effects/${run.effects[0].effect_key}/resolution`;
      const body = { outcome: 'confirmed', reason: 'seen on the console' };
      expect(problemIn(await as('operator', 'POST', path, body))).toBe('workflow.effect_not_escalated');
      expect(problemIn(await as('operator', 'POST', path, body, OTHER_TENANT))).toBe('workflow.run_not_found');
      expect(problemIn(await as('approver', 'POST', path, body))).toBe('auth.forbidden');
      expect(problemIn(await as('operator', 'POST', path, { outcome: 'maybe' }))).toBe('request.invalid');
      const unknown = `/v1/runs/${run.id}/effects/${UNKNOWN_EFFECT}/resolution`;
      expect(problemIn(await as('operator', 'POST', unknown, body))).toBe('workflow.run_not_found');
      const where = [run.id, run.effects[0].effect_key];
      await suite.fleet.database.query(
        "UPDATE effect SET state = 'escalated' WHERE run_id = $1 AND effect_key = $2",
        where,
      );
      const resolved = await as('operator', 'POST', path, body);
      expect([resolved.status, resolved.json.effects[0].state]).toEqual([200, 'confirmed']);
    });
  });

  describe('erasure', () => {
    it('of a tenant wants its name, by an operator, and makes its events unreadable and nobody else’s', async () => {
      const records = [securityEvent('gone-1')];
      for (const tenant of [undefined, OTHER_TENANT]) await as('service', 'POST', '/v1/events', { records }, tenant);
      const whole = { reason: 'the contract has ended' };
      expect(problemIn(await as('operator', 'POST', '/v1/erasures', whole))).toBe('pipeline.erasure_unconfirmed');
      expect(problemIn(await as('operator', 'POST', '/v1/erasures', { subject: '' }))).toBe('request.invalid');
      expect(problemIn(await as('auditor', 'POST', '/v1/erasures', whole))).toBe('auth.forbidden');
      const erased = await as('operator', 'POST', '/v1/erasures', { ...whole, confirm: OTHER_TENANT }, OTHER_TENANT);
      expect(erased.json).toMatchObject({ subject: null, keys: expect.any(Number), entry_id: expect.any(String) });
      expect(erased.json.keys).toBeGreaterThan(0);
      const other = await as('auditor', 'GET', '/v1/events/idp-gateway/gone-1', undefined, OTHER_TENANT);
      expect(problemIn(other)).toBe('request.not_found');
      expect((await as('auditor', 'GET', '/v1/events/idp-gateway/gone-1')).status).toBe(200);
    });
  });
});
