import { describeWithService } from '@dmitry/kit/testing';
import type { Database } from '@dmitry/storage';
import { openPostgresTestDatabase } from '@dmitry/storage/testing';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { safetyGateMigrations } from '../src/storage/index.ts';
import { approver, describeGateModel, describeSafetyGateContract, GateWorld } from '../src/testing/index.ts';

describeWithService('postgres', 'safety gate on PostgreSQL', (address) => {
  describeSafetyGateContract('PostgreSQL', () => openPostgresTestDatabase(address, safetyGateMigrations));
  describeGateModel('PostgreSQL', () => openPostgresTestDatabase(address, safetyGateMigrations), 15);

  let database: Database;
  beforeAll(async () => {
    database = await openPostgresTestDatabase(address, safetyGateMigrations, { maxConnections: 20 });
  }, 120_000);
  afterAll(() => database.close());

  /** Checks in a transaction that stays open until a halt waits for it; tells what ended first. */
  async function dispatchWhileHalting(
    world: GateWorld,
    decisionId: string,
    actionDigest: string,
  ): Promise<{ order: string[]; ok: boolean }> {
    const order: string[] = [];
    const read = Promise.withResolvers<boolean>();
    const go = Promise.withResolvers<void>();
    const dispatching = world.tx(async (tx) => {
      const answer = await world.parts.gate.check(tx, { decisionId, actionDigest, effectKey: 'a'.repeat(52) });
      read.resolve(answer.ok);
      await go.promise;
      order.push('dispatched');
    });
    const ok = await read.promise;
    const halting = world.halt(true).then(() => order.push('halted'));
    await somebodyWaits(database);
    go.resolve();
    await Promise.all([dispatching, halting]);
    return { order, ok };
  }

  it('halt answers only once every dispatch that read the switch before is over, and nothing newer passes', async () => {
    const world = new GateWorld(database, 'in-flight');
    const first = await world.decide(world.request('alert'));
    const second = await world.decide(world.request('alert'));
    const raced = await dispatchWhileHalting(world, String(first.decision.id), first.decision.action_digest);
    expect(raced).toEqual({ order: ['dispatched', 'halted'], ok: true });
    expect(await world.check(second.decision)).toMatchObject({ ok: false, code: 'gate.halted' });
  });

  it('a switch that nobody had touched before is waited for all the same', async () => {
    const raced = await dispatchWhileHalting(new GateWorld(database, 'untouched'), 'none', 'none');
    expect(raced).toEqual({ order: ['dispatched', 'halted'], ok: false });
  });

  it('of many that race for one decision with different effects exactly one passes', async () => {
    const world = new GateWorld(database, 'race');
    const { decision } = await world.decide(world.request('alert'));
    const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => world.check(decision, `effect-${n}`)));
    expect(answers.filter((each) => each.ok)).toHaveLength(1);
  });

  it('of many that judge again on one approval exactly one is allowed', async () => {
    const world = new GateWorld(database, 'replay');
    const ann = approver('ann', world.tenant);
    await world.register(ann);
    const { approval } = await world.decide(world.request('block_access'));
    if (!approval) throw new Error('no approval was asked for');
    const outcome = await world.vote(approval, ann);
    if (outcome.status !== 'approved') throw new Error('not approved');
    const decided = await Promise.all(Array.from({ length: 30 }, () => world.decide(outcome.request)));
    expect(decided.filter((each) => each.decision.verdict === 'ALLOW')).toHaveLength(1);
  });

  it('a vote cast many times at once counts once', async () => {
    const world = new GateWorld(database, 'votes');
    const ann = approver('ann', world.tenant);
    await world.register(ann);
    const { approval } = await world.decide(world.request('shutdown_service'));
    if (!approval) throw new Error('no approval was asked for');
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => world.vote(approval, ann)));
    expect(outcomes.map((each) => each.status).sort()).toEqual([
      'recorded',
      ...Array.from({ length: 9 }, () => 'refused'),
    ]);
  });
});

/** Resolves once a session of this database waits for a lock. */
async function somebodyWaits(database: Database): Promise<void> {
  for (;;) {
    const rows = await database.worker((tx) =>
      tx.query(
        'SELECT 1 FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid WHERE NOT l.granted AND a.datname = current_database()',
      ),
    );
    if (rows.length > 0) return;
  }
}
