import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Action, type EffectState, OPERATOR_TENANT, type Run } from '@dmitry/contracts';
import { exportEvent, openWorld, principal, proposal, type World } from './support/world.ts';

let world: World;
let serial = 0;
let tenant = '';
beforeAll(async () => {
  world = await openWorld();
}, 60_000);
afterAll(() => world.database.close());
beforeEach(() => {
  tenant = `p${serial++}`;
  world.script.advice = (_, evidence) => ({ proposals: [proposal(watch, evidence)] });
  world.script.facts = () => ({ exposure: 0.9, sensitivity: 0.9, volatility: 0.2 });
  world.script.away = false;
  world.script.killAt = null;
});

const watch: Action = { action_type: 'alert', target: { type: 'identity', id: 'identity:eve' }, params: {} };
const limit: Action = { action_type: 'rate_limit', target: watch.target, params: {} };
const change = { reason: 'drill', by: 'olga' };
const HOUR_MS = 3_600_000;

const record = (...events: readonly unknown[]) =>
  world.pipeline.recorder.record(
    tenant,
    events.map((event) => ({ record: event })),
  );
const happen = async () => {
  await record(exportEvent(1), exportEvent(2), exportEvent(3));
  await world.drain();
};
const verdicts = async () => (await world.pipeline.reads.decisions(tenant, {})).map(({ verdict }) => verdict).reverse();
const runs = () => world.pipeline.reads.runs(tenant, {});
const propose = async (action: Action = watch) => {
  const [finding] = await world.pipeline.reads.findings(tenant, { limit: 1 });
  const evidence = [finding?.evidence.entry_id ?? ''];
  const act = { action, findingId: finding?.id ?? null, confidence: 0.95, evidence };
  return world.pipeline.actions.propose(principal(tenant, 'ann', 'analyst'), act);
};
const end = (run: Run | null, state: EffectState) =>
  world.database.tenant(tenant, (tx) =>
    world.options.runs.writeEffect(tx, run?.id ?? '', run?.effects[0]?.effect_key ?? '', { state }),
  );
/** Moves time without looking at jobs in between, and then looks; the log keeps up. */
const pass = async (ms: number) => {
  await world.clock.advance(ms);
  while ((await world.sequencer.round()) > 0);
  await world.runner.drain();
};

describe('what the analyst proposed while its tenant was halted', () => {
  it('is judged again at once on resume, each judgement in the ledger, and runs once', async () => {
    await world.pipeline.halts.halt(tenant, change);
    await happen();
    expect(await runs()).toEqual([]);
    const before = await verdicts();
    expect(new Set(before)).toEqual(new Set(['DEFER']));
    await world.pipeline.halts.resume(tenant, change);
    await world.runner.drain(); // no time has passed
    expect(await verdicts()).toEqual([...before, 'ALLOW']);
    const entries = await world.pipeline.proofs.entries(tenant, { type: 'decision' });
    expect(entries.map(({ entry }) => entry.facts['verdict'])).toEqual([...before, 'ALLOW']);
    await world.drain();
    expect(await runs()).toHaveLength(1);
  });

  it('is judged again on the operator’s resume for all', async () => {
    await world.pipeline.halts.halt(OPERATOR_TENANT, change);
    await happen();
    expect(await runs()).toEqual([]);
    await world.pipeline.halts.resume(OPERATOR_TENANT, change);
    await world.runner.drain();
    expect(await runs()).toHaveLength(1);
  });

  it('is looked at more and more rarely until then', async () => {
    await world.pipeline.halts.halt(tenant, change);
    await happen();
    const first = (await verdicts()).length;
    for (let minute = 0; minute < 60; minute += 1) await pass(60_000);
    const looks = (await verdicts()).length - first;
    expect(looks).toBeGreaterThan(3);
    expect(looks).toBeLessThan(20);
    await world.pipeline.halts.resume(tenant, change);
  });

  it('is judged once more after a crash in the middle, and runs once', async () => {
    await world.pipeline.halts.halt(tenant, change);
    await happen();
    world.script.killAt = 'judge.after-reads';
    await world.pipeline.halts.resume(tenant, change);
    await world.runner.drain();
    expect(await runs()).toEqual([]);
    world.script.killAt = null;
    await world.drain();
    expect(await runs()).toHaveLength(1);
  });

  it('is given up when its time is over, which the ledger says, and may be proposed again by a later revision', async () => {
    await world.pipeline.halts.halt(tenant, change);
    await happen();
    for (let hour = 0; hour < 25; hour += 1) await pass(HOUR_MS);
    const entries = await world.pipeline.proofs.entries(tenant, { type: 'decision', newestFirst: true, limit: 1 });
    expect(entries[0]?.entry.facts).toMatchObject({ verdict: 'DENY', codes: 'pipeline.deferral_expired' });
    const decided = (await verdicts()).length;
    await world.pipeline.halts.resume(tenant, change);
    await world.drain();
    expect(await verdicts()).toHaveLength(decided);
    await record(exportEvent(4));
    await world.drain();
    expect(await runs()).toHaveLength(1);
  });
});

describe('what a person proposed while it could not be decided', () => {
  it('is judged again, and asked for twice it runs once', async () => {
    world.script.advice = () => ({});
    await happen();
    await world.pipeline.halts.halt(tenant, change);
    expect(await propose()).toMatchObject({ decision: { verdict: 'DEFER' }, run: null });
    await propose();
    await world.pipeline.halts.resume(tenant, change);
    await world.runner.drain();
    expect(await verdicts()).toEqual(['DEFER', 'DEFER', 'ALLOW', 'ALLOW']);
    expect(await runs()).toHaveLength(1);
  });

  it('with approvals that have ended meanwhile is given up', async () => {
    world.script.advice = (_, evidence) => ({ proposals: [proposal(limit, evidence)] });
    await happen();
    const [approval] = await world.pipeline.reads.approvals(tenant, { status: 'pending' });
    await world.pipeline.approvals.vote(principal(tenant, 'ann', 'approver'), {
      approvalId: approval?.id ?? '',
      nonce: approval?.nonce ?? '',
      approved: true,
      assurance: 'session',
    });
    await world.pipeline.halts.halt(tenant, change);
    await world.runner.drain();
    expect(await verdicts()).toEqual(['STEP_UP', 'DEFER']);
    await world.database.tenant(tenant, async (tx) => {
      const session = { id: '', tenant, append: () => Promise.resolve([]) } as never;
      await world.options.approvals.withdraw(tx, session, approval?.id ?? '', 'withdrawn');
    });
    await world.pipeline.halts.resume(tenant, change);
    await world.runner.drain();
    expect(await runs()).toEqual([]);
    expect(await verdicts()).toEqual(['STEP_UP', 'DEFER']);
  });
});

describe('what lacked evidence because its source was away', () => {
  beforeEach(() => {
    world.script.advice = () => ({ proposals: [proposal(watch, [])], unavailable: ['pdri'] });
    world.script.away = true;
  });

  it('is judged again with the evidence read anew', async () => {
    await happen();
    expect(new Set(await verdicts())).toEqual(new Set(['DEFER']));
    world.script.away = false;
    await pass(600_000);
    expect((await verdicts()).at(-1)).toBe('ALLOW');
    expect(await runs()).toHaveLength(1);
  });

  it('is denied once its source answers and knows nothing', async () => {
    await happen();
    world.script.away = false;
    world.script.facts = () => null;
    await pass(600_000);
    expect((await verdicts()).at(-1)).toBe('DENY');
    await pass(HOUR_MS);
    expect((await verdicts()).filter((verdict) => verdict === 'DENY')).toHaveLength(1);
  });
});

describe('a second ALLOW of an action', () => {
  it('begins the next attempt after a run that ended without its effect, under a key of its own', async () => {
    await happen();
    const [first] = await runs();
    await end(first ?? null, 'refused');
    const second = await propose();
    expect(second.run).toMatchObject({ attempt: 2, status: 'waiting', decision_id: second.decision.id });
    expect(second.run?.effects[0]?.effect_key).not.toBe(first?.effects[0]?.effect_key);
  });

  it.each(['dispatched', 'unknown', 'escalated', 'confirmed'] as const)(
    'whose run is %s gets that run, and takes nothing from the budget',
    async (state) => {
      await happen();
      const [first] = await runs();
      await end(first ?? null, state);
      expect((await propose()).run).toMatchObject({ id: first?.id, attempt: 1 });
      const reserved = await world.database.tenant(tenant, (tx) =>
        tx.query('select state, count(*)::int as n from gate_reservation group by state order by state'),
      );
      expect(reserved).toEqual([
        { state: 'released', n: 1 },
        { state: 'reserved', n: 1 },
      ]);
    },
  );
});

describe('halt', () => {
  it('lists what has left and is not finished: of its tenant, or of all for the operator', async () => {
    await happen();
    const [run] = await runs();
    await end(run ?? null, 'dispatched');
    const own = { tenant, run: run?.id, state: 'dispatched', effect_key: run?.effects[0]?.effect_key, step: 'act' };
    expect((await world.pipeline.halts.halt(tenant, change)).in_flight).toEqual([own]);
    expect((await world.pipeline.halts.halt('stranger', change)).in_flight).toEqual([]);
    expect((await world.pipeline.halts.halt(OPERATOR_TENANT, change)).in_flight).toContainEqual(own);
    for (const each of [tenant, 'stranger', OPERATOR_TENANT]) await world.pipeline.halts.resume(each, change);
  });
});
