import { canonicalBytes, Decision, JudgedInputs, JudgedRequest, parseWith } from '@dmitry/contracts';
import { describe, expect, it } from '@jest/globals';
import { builtinPolicy, type DecisionQuery, type JudgedRecord, judgeRecord } from '../core/index.ts';
import { approver } from './gate-fixtures.ts';
import { GateWorld } from './gate-world.ts';

/** What is decided, what may leave on it, and what it takes from the budget. */
export function describeDecisions(world: () => GateWorld): void {
  describe('decisions', () => {
    it('are entries of the ledger that name evidence and policy, and no person, target or digest in clear', async () => {
      const request = world().request('alert');
      const { decision, approval } = await world().decide(request);
      expect(parseWith(Decision, decision)).toMatchObject({ ok: true });
      expect([decision.verdict, approval]).toEqual(['ALLOW', null]);
      const [draft] = world().ledger.of('decision');
      expect(draft?.refs).toEqual({ evidence: request.evidence });
      expect(draft?.facts).toMatchObject({
        verdict: 'ALLOW',
        action_type: 'alert',
        policy_version: 'builtin-1',
        codes: 'gate.allowed',
      });
      expect(draft?.committed).toMatchObject({ action_digest: decision.action_digest, requested_by: 'analyst' });
      expect(JSON.stringify(draft?.facts)).not.toContain(request.action.target.id);
    });

    it('are listed newest first, by verdict and finding, page by page, and found by id in their tenant only', async () => {
      const finding = 'f'.repeat(64);
      const params = { note: 'a\u0000b', n: 1e21 }; // text that PostgreSQL's jsonb cannot hold
      const first = await world().decide(world().request('alert'));
      const request = world().request('alert', { findingId: finding });
      const second = await world().decide({ ...request, action: { ...request.action, params } });
      const third = await world().decide(world().request('alert', { evidence: [] }));
      const { decisions } = world().parts;
      const list = (query?: DecisionQuery) =>
        world().tx(async (tx) => (await decisions.list(tx, query)).map((each) => each.id));
      expect(await list()).toEqual([third, second, first].map((each) => each.decision.id));
      expect(await list({ verdict: 'DENY' })).toEqual([third.decision.id]);
      expect(await list({ finding })).toEqual([second.decision.id]);
      expect(await list({ after: String(third.decision.id), limit: 1 })).toEqual([second.decision.id]);
      const get = (tenant: string) => world().tx((tx) => decisions.get(tx, String(second.decision.id)), tenant);
      expect(await get(world().tenant)).toEqual(second.decision);
      expect(await get('somebody-else')).toBeNull();
    });

    it('that refuse are entries too, with their codes', async () => {
      const { decision } = await world().decide(world().request('shutdown_service', { evidence: ['ghost', 'ghost'] }));
      expect(decision.verdict).toBe('DENY');
      expect(world().ledger.of('decision')[0]?.facts?.['codes']).toContain('gate.evidence_unresolved');
      expect(await world().count('gate_reservation')).toBe(0);
    });

    it('can be taken again from their entries alone, byte for byte, whatever they stand on (P6)', async () => {
      const ann = approver('ann', world().tenant);
      await world().register(ann);
      const asked = await world().decide(world().request('block_access', { unavailable: ['pdri'] }));
      const outcome = await world().vote(asked.approval as NonNullable<typeof asked.approval>, ann);
      if (outcome.status === 'approved') await world().decide(outcome.request);
      await world().decide(world().request('alert', { evidence: ['ghost'], reach: 3, confidence: 0.2 }));
      await world().halt(true);
      await world().decide(world().request('alert'));
      await world().halt(false);
      const bare = new GateWorld(world().database, world().tenant, { policy: null, ledger: world().ledger });
      await bare.decide(bare.request('alert'));
      const records = world()
        .ledger.of('decision')
        .map(({ committed }) => JSON.parse(canonicalBytes(committed?.['judged']).toString()) as JudgedRecord);
      expect(records.map(({ decision }) => decision.verdict)).toEqual(['STEP_UP', 'ALLOW', 'DENY', 'DEFER', 'DENY']);
      for (const record of records) {
        expect([parseWith(JudgedRequest, record.request), parseWith(JudgedInputs, record.inputs)]).toMatchObject([
          { ok: true },
          { ok: true },
        ]);
        expect(canonicalBytes(judgeRecord(record))).toEqual(canonicalBytes(record.decision));
      }
      expect(JSON.stringify(records)).not.toContain('signature');
    });

    it('do not count evidence of another tenant', async () => {
      const other = new GateWorld(world().database, `${world().tenant}-other`);
      const { decision } = await world().decide(
        world().request('alert', { evidence: other.request('alert').evidence }),
      );
      expect(decision.reasons.map((each) => each.code)).toContain('gate.evidence_unresolved');
    });

    it('previewed write nothing, even where writing is impossible', async () => {
      const decision = await world().database.tenant(
        world().tenant,
        (tx) => world().parts.gate.preview(tx, world().request('alert')),
        { readOnly: true },
      );
      expect([decision.verdict, decision.id]).toEqual(['ALLOW', undefined]);
      expect(await world().count('gate_decision')).toBe(0);
      expect(world().ledger.drafts).toEqual([]);
    });

    it('need transaction, session and request of one tenant', async () => {
      const alien = world().request('alert', { tenant: 'somebody-else' });
      await expect(world().decide(alien)).rejects.toMatchObject({ code: 'gate.session_mismatch' });
      await expect(
        world().database.tenant(world().tenant, (tx) =>
          world().parts.gate.decide(tx, world().ledger.session('somebody-else'), world().request('alert')),
        ),
      ).rejects.toMatchObject({ code: 'gate.session_mismatch' });
      await expect(
        world().database.tenant(world().tenant, (tx) => world().parts.gate.preview(tx, alien)),
      ).rejects.toMatchObject({
        code: 'gate.session_mismatch',
      });
    });

    it('leave nothing behind when the ledger cannot write', async () => {
      const request = world().request('alert');
      const session = {
        ...world().ledger.session(world().tenant),
        append: () => Promise.reject(new Error('ledger down')),
      };
      await expect(
        world().database.tenant(world().tenant, (tx) => world().parts.gate.decide(tx, session, request)),
      ).rejects.toThrow('ledger down');
      expect([await world().count('gate_decision'), await world().count('gate_reservation')]).toEqual([0, 0]);
    });
  });

  describe('dispatch', () => {
    it('passes for an ALLOW, again for the same effect, and never for a second one', async () => {
      const { decision } = await world().decide(world().request('alert'));
      const answer = await world().check(decision);
      expect(answer).toEqual({ ok: true, notAfterMs: Date.parse(String(decision.expires_at)), approvals: [] });
      expect(await world().check(decision)).toEqual(answer);
      expect(await world().check(decision, 'two')).toMatchObject({
        ok: false,
        code: 'gate.decision_used',
        retryable: false,
      });
    });

    it.each([
      [
        'of a refused action',
        'gate.not_allowed',
        async () => (await world().decide(world().request('alert', { evidence: [] }))).decision,
      ],
      [
        'that nobody took',
        'gate.decision_unknown',
        async () => ({ ...(await world().decide(world().request('alert'))).decision, id: world().ids.uuid() }),
      ],
      [
        'on another action',
        'gate.digest_mismatch',
        async () => ({ ...(await world().decide(world().request('alert'))).decision, action_digest: 'f'.repeat(64) }),
      ],
    ])('is refused for a decision %s', async (_what, code, make) => {
      expect(await world().check(await make())).toMatchObject({ ok: false, code, retryable: false });
    });

    it('is refused once the ALLOW has expired', async () => {
      const { decision } = await world().decide(world().request('alert'));
      await world().clock.advance(builtinPolicy.allow_ttl_ms.low);
      expect(await world().check(decision)).toMatchObject({ ok: false, code: 'gate.decision_expired' });
    });

    it('waits while the clock stands before the decision', async () => {
      const { decision } = await world().decide(world().request('alert'));
      const early = new GateWorld(world().database, world().tenant);
      await world().database.tenant(world().tenant, (tx) =>
        tx.query('UPDATE gate_decision SET decided_ms = decided_ms + 3600000 WHERE id = $1', [decision.id]),
      );
      expect(await early.check(decision)).toMatchObject({ ok: false, code: 'gate.clock_invalid', retryable: true });
    });

    it('is refused under a policy that came after the decision, and waits while none can be read', async () => {
      const { decision } = await world().decide(world().request('alert'));
      await world().activate('tight-1');
      expect(await world().check(decision)).toMatchObject({ ok: false, code: 'gate.policy_changed' });
      const renewed = await world().decide(world().request('alert'));
      expect(await world().check(renewed.decision)).toMatchObject({ ok: true });
      await world().database.tenant(world().tenant, (tx) =>
        tx.query(`UPDATE gate_policy SET body = replace(body, '"max":3', '"max":4')`),
      );
      expect(await world().check(renewed.decision)).toMatchObject({
        ok: false,
        code: 'gate.policy_invalid',
        retryable: true,
      });
      expect((await world().decide(world().request('alert'))).decision.reasons[0]?.code).toBe('gate.policy_invalid');
      const bare = new GateWorld(world().database, `${world().tenant}-bare`, { policy: null });
      expect((await bare.decide(bare.request('alert'))).decision).toMatchObject({
        verdict: 'DENY',
        policy: { version: 'none' },
      });
    });

    it('is refused when the effect has ended, and in another tenant altogether', async () => {
      const { decision } = await world().decide(world().request('alert'));
      await world().tx((tx) => world().parts.gate.settle(tx, String(decision.id), 'not_done'));
      expect(await world().check(decision)).toMatchObject({ ok: false, code: 'gate.decision_settled' });
      const other = new GateWorld(world().database, `${world().tenant}-other`);
      expect(await other.check(decision)).toMatchObject({ ok: false, code: 'gate.decision_unknown' });
    });
  });

  describe('budgets', () => {
    const small = { budgets: { ...builtinPolicy.budgets, low: { max: 2, window_ms: 60_000 } } };

    it('are never overspent, however many decide at once', async () => {
      await world().activate('small-1', small);
      const requests = Array.from({ length: 8 }, () => world().request('alert'));
      const decided = await Promise.all(requests.map((request) => world().decide(request)));
      expect(decided.filter((each) => each.decision.verdict === 'ALLOW')).toHaveLength(2);
      expect(decided.filter((each) => each.decision.reasons[0]?.code === 'gate.budget_exceeded')).toHaveLength(6);
    });

    it('get back what was refused or never done, keep what was done or may have been, and roll', async () => {
      await world().activate('small-2', small);
      const allowed = async () => (await world().decide(world().request('alert'))).decision;
      const first = await allowed();
      const second = await allowed();
      expect((await allowed()).verdict).toBe('DENY');
      await world().check(first);
      await world().tx((tx) => world().parts.gate.settle(tx, String(first.id), 'confirmed'));
      await world().tx((tx) => world().parts.gate.settle(tx, String(first.id), 'not_done')); // settled once, whatever comes later
      expect((await allowed()).verdict).toBe('DENY');
      await world().tx((tx) => world().parts.gate.settle(tx, String(second.id), 'refused'));
      expect((await allowed()).verdict).toBe('ALLOW');
      await world().clock.advance(61_000);
      expect((await allowed()).verdict).toBe('ALLOW');
    });

    it('keep an effect in flight beyond the life of its ALLOW, and forget an ALLOW that was never used', async () => {
      await world().activate('small-3', {
        ...small,
        budgets: { ...small.budgets, low: { max: 1, window_ms: 86_400_000 } },
      });
      const { decision } = await world().decide(world().request('alert'));
      await world().clock.advance(builtinPolicy.allow_ttl_ms.low);
      const again = (await world().decide(world().request('alert'))).decision;
      expect([decision.verdict, again.verdict]).toEqual(['ALLOW', 'ALLOW']);
      await world().check(again);
      await world().clock.advance(builtinPolicy.allow_ttl_ms.low);
      expect((await world().decide(world().request('alert'))).decision.verdict).toBe('DENY');
    });
  });
}
