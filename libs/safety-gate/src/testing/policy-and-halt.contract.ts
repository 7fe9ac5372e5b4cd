import { OPERATOR_TENANT } from '@dmitry/contracts';
import { describe, expect, it } from '@jest/globals';
import { builtinPolicy } from '../core/index.ts';
import { GateWorld } from './gate-world.ts';

/** Which policy holds, and who stops everything. */
export function describePoliciesAndHalt(world: () => GateWorld): void {
  describe('policies', () => {
    it('are refused when broken, looser than the catalogue, or another content under a known version', async () => {
      const activate = (policy: unknown) =>
        world().tx((tx, session) => world().parts.policies.activate(tx, session, policy));
      await expect(activate({ v: 1 })).rejects.toMatchObject({ code: 'gate.policy_invalid' });
      const loose = builtinPolicy.catalogue.map((each) => ({ ...each, min_evidence: 1 }));
      await expect(activate({ ...builtinPolicy, version: 'l', catalogue: loose })).rejects.toMatchObject({
        code: 'gate.policy_loosens',
      });
      await expect(activate({ ...builtinPolicy, protected_targets: [] })).rejects.toMatchObject({
        code: 'gate.policy_version_taken',
      });
      await world().activate('mine');
      await expect(world().activate('mine', { protected_targets: [] })).rejects.toMatchObject({
        code: 'gate.policy_version_taken',
      });
      await world().activate('other');
      await world().activate('mine'); // the same content may come back
      expect(await world().database.tenant(world().tenant, (tx) => world().parts.policies.active(tx))).toMatchObject({
        version: 'mine',
      });
      expect(() => new GateWorld(world().database, world().tenant, { policy: { v: 1 } as never })).toThrow('not valid');
    });
  });

  describe('the halt switch', () => {
    it('stops decisions and dispatch of its tenant until it is turned back, with an entry each time', async () => {
      const { decision } = await world().decide(world().request('alert'));
      expect(await world().halt(true)).toMatchObject({
        halted: true,
        tenant: { halted: true, reason: 'drill' },
        all: { halted: false },
      });
      expect(await world().check(decision)).toMatchObject({ ok: false, code: 'gate.halted', retryable: true });
      expect((await world().decide(world().request('alert'))).decision).toMatchObject({
        verdict: 'DEFER',
        reasons: [{ code: 'gate.halted' }],
      });
      const other = new GateWorld(world().database, `${world().tenant}-other`);
      expect((await other.decide(other.request('alert'))).decision.verdict).toBe('ALLOW');
      await world().halt(false);
      expect(await world().check(decision)).toMatchObject({ ok: true });
      expect(
        world()
          .ledger.of('halt')
          .map((draft) => draft.facts),
      ).toEqual([
        { halted: true, scope: 'tenant' },
        { halted: false, scope: 'tenant' },
      ]);
    });

    it('of the operator stops all, in the operator’s log', async () => {
      const { decision } = await world().decide(world().request('alert'));
      try {
        expect(await world().halt(true, 'all')).toMatchObject({ halted: true });
        expect(await world().check(decision)).toMatchObject({ ok: false, code: 'gate.halted' });
        expect(await world().database.tenant(world().tenant, (tx) => world().parts.halts.state(tx))).toMatchObject({
          halted: true,
          tenant: { halted: false },
        });
        expect(world().ledger.drafts.at(-1)?.tenant).toBe(OPERATOR_TENANT);
      } finally {
        await world().halt(false, 'all');
      }
      expect(await world().check(decision)).toMatchObject({ ok: true });
    });

    it.each([
      ['turned', `UPDATE gate_halt SET halted = true WHERE tenant = '_operator'`],
      ['taken over', `UPDATE gate_halt SET tenant = current_setting('app.tenant') WHERE tenant = '_operator'`],
      ['deleted', `DELETE FROM gate_halt WHERE tenant = '_operator'`],
      ['forged', `INSERT INTO gate_halt (tenant, halted) VALUES ('_operator', false)`],
      ['turned for somebody else', `INSERT INTO gate_halt (tenant, halted) VALUES ('victim', true)`],
    ])('of the operator can be read and locked by a tenant, but not be %s', async (_what, sql) => {
      await expect(world().database.tenant(world().tenant, (tx) => tx.query(sql))).rejects.toThrow();
      const rows = await world().database.tenant(world().tenant, (tx) =>
        tx.query('SELECT tenant, halted FROM gate_halt FOR SHARE'),
      );
      expect(rows).toEqual([{ tenant: '_operator', halted: false }]);
    });

    it('counts as pulled when the operator’s row is missing', async () => {
      const { halts } = world().parts;
      const state = await halts.state({
        tenant: world().tenant,
        query: () => Promise.resolve([]),
        signal: () => Promise.resolve(),
      });
      expect(state.halted).toBe(true);
    });
  });
}
