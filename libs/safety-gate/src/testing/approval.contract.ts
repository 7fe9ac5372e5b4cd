import { Approval, parseWith } from '@dmitry/contracts';
import { describe, expect, it } from '@jest/globals';
import { builtinPolicy } from '../core/index.ts';
import { approver } from './gate-fixtures.ts';
import { GateWorld } from './gate-world.ts';

/** What people say yes to, and when it counts. */
export function describeApprovals(world: () => GateWorld): void {
  describe('approvals', () => {
    const people = () => ({ ann: approver('ann', world().tenant), ben: approver('ben', world().tenant) });
    it('carry a grave action from the question to its one dispatch', async () => {
      const { ann } = people();
      await world().register(ann);
      const request = world().request('block_access');
      const asked = await world().decide(request);
      expect(asked.decision.verdict).toBe('STEP_UP');
      const approval = asked.approval as Approval;
      expect(parseWith(Approval, approval)).toMatchObject({ ok: true });
      expect(approval).toMatchObject({
        action: request.action,
        status: 'pending',
        assurance: 'signed',
        decision_id: asked.decision.id,
      });
      const outcome = await world().vote(approval, ann);
      expect(outcome).toMatchObject({
        status: 'approved',
        judgeAgain: true,
        request: { ...request, approvals: [approval.id] },
      });
      if (outcome.status !== 'approved') return;
      const again = await world().tx((tx) => world().parts.approvals.requestOf(tx, approval.id));
      expect(again).toEqual(outcome.request);
      const { decision } = await world().decide(outcome.request);
      const votes = outcome.approval.votes.map((vote) => vote.entry_id);
      expect(decision).toMatchObject({ verdict: 'ALLOW', approvals: votes });
      expect(world().ledger.of('decision').at(-1)?.refs).toMatchObject({ approvals: votes });
      expect(await world().check(decision)).toMatchObject({ ok: true, approvals: votes });
      const replay = await world().decide(outcome.request);
      expect(replay.decision.verdict).toBe('STEP_UP');
      expect(replay.decision.reasons.map((each) => each.code)).toContain('gate.approval_used');
    });

    it('write each vote as an entry that a stranger can check: statement and signature committed', async () => {
      const { ann } = people();
      await world().register(ann);
      const { approval } = await world().decide(world().request('block_access'));
      await world().vote(approval as Approval, ann);
      const [draft] = world().ledger.of('approval');
      expect(draft).toMatchObject({
        actor: { kind: 'person', name: 'ann' },
        refs: { decision: approval?.decision_id },
        facts: { approved: true, assurance: 'signed' },
      });
      expect(draft?.committed).toMatchObject({
        signature: ann.sign(approval as Approval),
        statement: { approver: 'ann', nonce: approval?.nonce },
      });
    });

    it('need their whole quorum: two people for what is critical', async () => {
      const { ann, ben } = people();
      await world().register(ann);
      await world().register(ben);
      const { approval } = await world().decide(world().request('shutdown_service'));
      expect(await world().tx((tx) => world().parts.approvals.requestOf(tx, String(approval?.id)))).toBeNull();
      expect(await world().vote(approval as Approval, ann)).toMatchObject({ status: 'recorded' });
      expect(await world().vote(approval as Approval, ann)).toMatchObject({
        status: 'refused',
        code: 'gate.already_voted',
      });
      expect(await world().vote(approval as Approval, ben)).toMatchObject({ status: 'approved' });
    });

    it('end with one no', async () => {
      const { ann, ben } = people();
      await world().register(ben);
      const { approval } = await world().decide(world().request('block_access'));
      expect(await world().vote(approval as Approval, ann, { approved: false, assurance: 'session' })).toMatchObject({
        status: 'denied',
      });
      expect(await world().vote(approval as Approval, ben)).toMatchObject({
        status: 'refused',
        code: 'gate.approval_closed',
      });
      const get = await world().database.tenant(world().tenant, (tx) =>
        world().parts.approvals.get(tx, String(approval?.id)),
      );
      expect(get).toMatchObject({ status: 'denied', votes: [{ approver: 'ann', approved: false }] });
    });

    it('refuse a revoked key, an unknown request and the wrong tenant', async () => {
      const { ann } = people();
      await world().register(ann);
      const { approval } = await world().decide(world().request('block_access'));
      expect(await world().tx((tx, session) => world().parts.keys.revoke(tx, session, 'ann'))).toBe(true);
      expect(await world().tx((tx, session) => world().parts.keys.revoke(tx, session, 'ann'))).toBe(false);
      expect(await world().vote(approval as Approval, ann)).toMatchObject({ code: 'gate.signature_invalid' });
      expect(await world().vote({ ...(approval as Approval), id: 'ghost' }, ann)).toMatchObject({
        code: 'gate.approval_not_found',
      });
      const other = new GateWorld(world().database, `${world().tenant}-other`);
      expect(await other.vote(approval as Approval, ann)).toMatchObject({ code: 'gate.approval_not_found' });
      await expect(
        world().tx((tx, session) => world().parts.keys.register(tx, session, 'ann', 'short')),
      ).rejects.toMatchObject({ code: 'gate.key_invalid' });
    });

    it('join the question that already waits, and whoever asked too cannot answer it', async () => {
      const { ann } = people();
      await world().register(ann);
      const request = world().request('block_access');
      const first = await world().decide(request);
      const second = await world().decide({ ...request, requestedBy: 'ann' });
      expect(second.approval?.id).toBe(first.approval?.id);
      expect(await world().vote(first.approval as Approval, ann)).toMatchObject({ code: 'gate.own_request' });
    });

    it('are asked for anew when the old question ran out', async () => {
      const request = world().request('block_access');
      const first = await world().decide(request);
      await world().clock.advance(builtinPolicy.approvals.high.ttl_ms);
      const fresh = world().request('block_access', { action: request.action });
      const second = await world().decide(fresh);
      expect(second.approval?.id).not.toBe(first.approval?.id);
      const voided = await world().database.tenant(world().tenant, (tx) =>
        world().parts.approvals.list(tx, { status: 'voided' }),
      );
      expect(voided.map((each) => each.id)).toEqual([first.approval?.id]);
    });

    it('are void once edited or once the policy changed, given ones included', async () => {
      const { ann } = people();
      await world().register(ann);
      const edited = (await world().decide(world().request('block_access'))).approval as Approval;
      expect(
        await world().tx((tx, session) => world().parts.approvals.withdraw(tx, session, edited.id, 'edited')),
      ).toBe(true);
      expect(
        await world().tx((tx, session) => world().parts.approvals.withdraw(tx, session, edited.id, 'edited')),
      ).toBe(false);
      expect(await world().vote(edited, ann)).toMatchObject({ code: 'gate.approval_closed' });
      const given = (await world().decide(world().request('block_access'))).approval as Approval;
      const outcome = await world().vote(given, ann);
      const waiting = (await world().decide(world().request('quarantine'))).approval as Approval;
      expect([...(await world().activate('tight-2'))].sort()).toEqual([given.id, waiting.id].sort());
      expect(await world().vote(waiting, ann)).toMatchObject({ code: 'gate.approval_closed' });
      if (outcome.status !== 'approved') throw new Error('not approved');
      expect((await world().decide(outcome.request)).decision.verdict).toBe('STEP_UP');
    });

    it('no longer hold at dispatch when they were voided or ran out after the ALLOW', async () => {
      const { ann } = people();
      await world().register(ann);
      const { approval } = await world().decide(world().request('block_access'));
      const outcome = await world().vote(approval as Approval, ann);
      if (outcome.status !== 'approved') throw new Error('not approved');
      const { decision } = await world().decide(outcome.request);
      await world().database.tenant(world().tenant, (tx) =>
        tx.query(`UPDATE gate_approval SET status = 'voided' WHERE id = $1`, [approval?.id]),
      );
      expect(await world().check(decision)).toMatchObject({ ok: false, code: 'gate.approval_invalid' });
    });

    it('close by themselves when overdue or of another policy, and say so in the ledger', async () => {
      await world().decide(world().request('block_access'));
      await world().clock.advance(builtinPolicy.approvals.high.ttl_ms);
      const slow = (await world().decide(world().request('rate_limit'))).approval as Approval;
      const closed = await world().tx((tx, session) => world().parts.approvals.expire(tx, session));
      expect(closed.map((each) => each.status)).toEqual(['expired']);
      const moved = new GateWorld(world().database, world().tenant, {
        policy: { ...builtinPolicy, version: 'deployed-2' },
      });
      const stale = await moved.tx((tx, session) => moved.parts.approvals.expire(tx, session));
      expect(stale.map((each) => [each.id, each.status])).toEqual([[slow.id, 'voided']]);
      expect(moved.ledger.of('approval')[0]?.facts).toMatchObject({ kind: 'closed', why: 'policy_changed' });
      const none = new GateWorld(world().database, world().tenant, { policy: null });
      expect(await none.tx((tx, session) => none.parts.approvals.expire(tx, session))).toEqual([]);
      expect(await none.vote(slow, approver('ann', world().tenant))).toMatchObject({ code: 'gate.approval_closed' });
    });

    it('are listed newest first, with their complete parameters', async () => {
      const params = { ports: [22, 443], note: 'x'.repeat(4_000) };
      const request = world().request('block_access');
      await world().decide({ ...request, action: { ...request.action, params } });
      await world().clock.advance(1_000);
      await world().decide(world().request('quarantine'));
      const list = await world().database.tenant(world().tenant, (tx) => world().parts.approvals.list(tx));
      expect(list.map((each) => each.action.action_type)).toEqual(['quarantine', 'block_access']);
      expect(list[1]?.action.params).toEqual(params);
      expect(
        await world().database.tenant(world().tenant, (tx) =>
          world().parts.approvals.list(tx, { status: 'approved', limit: 0 }),
        ),
      ).toEqual([]);
    });
  });
}
