import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Run } from '@dmitry/contracts';
import type { Database } from '@dmitry/storage';
import { openTestDatabase } from '@dmitry/storage/testing';
import { RunWorld, worldMigrations } from '../../test/run-world.ts';

let database: Database;
let world: RunWorld;
let run: Run;
let tests = 0;
const key = (): string => run.effects[0]?.effect_key ?? '';

beforeAll(async () => {
  database = await openTestDatabase(worldMigrations);
}, 60_000);
afterAll(() => database.close());
beforeEach(async () => {
  world = await new RunWorld(database, `worker-${(tests += 1)}`).start();
  run = await world.plan('target');
});

describe('RunWorker', () => {
  it('writes the intent before the call leaves and the outcome with the state that it causes', async () => {
    const seen: string[][] = [];
    world.platform.onSend = async (effectKey) => void seen.push(await world.entries(effectKey));
    await world.runner.sweep();
    expect(seen).toEqual([['intent']]);
    expect(await world.entries(key())).toEqual(['intent', 'outcome:confirmed']);
    expect(await world.effect(run)).toMatchObject({ state: 'confirmed', attempts: 1, result: { done: true } });
    expect(await world.settled(run)).toEqual(['confirmed']);
    expect(world.finished).toMatchObject([{ id: run.id, status: 'succeeded' }]);
    expect(world.sealed).toBe(1);
  });

  it('sends nothing that the gate does not allow any more, and says why', async () => {
    world.gate = () => ({ ok: false, code: 'gate.decision_expired', message: 'expired', retryable: false });
    await world.settle();
    expect(await world.entries(key())).toEqual([]);
    expect(await world.effect(run)).toMatchObject({ state: 'refused', reason: 'gate.decision_expired', attempts: 0 });
    expect(await world.settled(run)).toEqual(['refused']);
  });

  it('waits while dispatch is halted, more and more rarely, and goes on afterwards', async () => {
    world.gate = () => ({ ok: false, code: 'gate.halted', message: 'halted', retryable: true });
    const begun = world.clock.now();
    await world.settle(1_000, 30);
    expect(world.clock.now() - begun).toBeGreaterThan(200_000);
    expect(await world.effect(run)).toMatchObject({ state: 'planned' });
    world.gate = null;
    await world.settle();
    expect(await world.effect(run)).toMatchObject({ state: 'confirmed' });
  });

  it('gives the request the earliest end: that of the decision when it comes before thirty seconds', async () => {
    const ends: string[] = [];
    const { execute } = world.platform;
    world.platform.execute = (context, effectKey, request) => {
      ends.push(request.not_after);
      return execute.call(world.platform, context, effectKey, request);
    };
    const notAfterMs = world.clock.now() + 5_000;
    world.gate = () => ({ ok: true, notAfterMs, approvals: ['01a211e4-6a51-76ab-8a9a-b62b79df93ca'] });
    await world.runner.sweep();
    expect(ends).toEqual([new Date(notAfterMs).toISOString()]);
  });

  it('polls what was accepted until it is done, without a second dispatch', async () => {
    world.platform.fates = ['accepted'];
    await world.settle(1_000);
    expect(await world.entries(key())).toEqual(['intent', 'outcome:in_progress', 'outcome:confirmed']);
    expect(world.platform.performed(key())).toBe(1);
  });

  it('tries what never left until it leaves, and counts only what left', async () => {
    world.platform.fates = Array.from({ length: 7 }, () => 'not_sent' as const);
    await world.settle();
    expect(await world.effect(run)).toMatchObject({ state: 'confirmed', attempts: 1 });
  });

  it('never repeats what may have happened: a lost reply is probed', async () => {
    world.platform.fates = ['lost_reply'];
    await world.settle(1_000);
    expect(world.platform.performed(key())).toBe(1);
    expect(await world.effect(run)).toMatchObject({ state: 'confirmed', attempts: 1 });
  });

  it('dispatches a lost request anew once the horizon has passed, three times at most', async () => {
    world.platform.fates = ['lost_request', 'lost_request', 'lost_request'];
    const begun = world.clock.now();
    await world.settle();
    expect(world.clock.now() - begun).toBeGreaterThan(3 * 120_000);
    expect(await world.effect(run)).toMatchObject({ state: 'not_done', attempts: 3 });
    expect(await world.settled(run)).toEqual(['not_done']);
    expect(await world.dangling()).toBe(0);
  });

  it('asks a person when the other side is silent for fifteen minutes', async () => {
    world.platform.fates = ['lost_reply'];
    world.platform.probeFates = Array.from({ length: 200 }, () => 'silent' as const);
    const begun = world.clock.now();
    await world.settle();
    expect(world.clock.now() - begun).toBeGreaterThanOrEqual(900_000);
    expect(await world.effect(run)).toMatchObject({ state: 'escalated', reason: 'timeout' });
    expect(world.finished).toMatchObject([{ status: 'escalated' }]);
  });

  it('a worker whose lease ran out during the call cannot write over what its successor found', async () => {
    world.platform.fates = ['stalled'];
    world.platform.onStall = () => world.runner.sweep().then(() => undefined);
    await world.runner.sweep();
    expect(world.platform.performed(key())).toBe(1);
    expect(await world.settled(run)).toEqual(['confirmed']);
    expect(await world.entries(key())).toEqual(['intent', 'outcome:confirmed']);
  });

  it('a worker that stood still before the dispatch sends nothing once its job was taken over', async () => {
    let sent = 0;
    world.platform.onSend = () => Promise.resolve(void (sent += 1));
    world.platform.fates = ['not_sent']; // the successor leaves the run planned: only the fence tells
    world.onPoint = async (_name, place) => {
      if (place > 0) return;
      await world.clock.advance(60_000);
      await world.runner.sweep();
    };
    await world.runner.sweep();
    expect(sent).toBe(1);
    await world.settle();
    expect(await world.effect(run)).toMatchObject({ state: 'confirmed', attempts: 1 });
  });

  it('does nothing for a run that is finished, and names a job without a run', async () => {
    await world.settle();
    await world.inTenant((tx) => world.journal.schedule(tx, 'run', run.id, world.clock.now()));
    await world.inTenant((tx) => world.journal.schedule(tx, 'run', 'f'.repeat(64), world.clock.now()));
    await world.runner.sweep();
    expect(world.platform.performed(key())).toBe(1);
    const failing = await world.inTenant((tx) => world.journal.failing(tx, 1));
    expect(failing).toMatchObject([{ key: 'f'.repeat(64), error: 'workflow.run_not_found' }]);
    await world.inTenant((tx) => tx.query('DELETE FROM job'));
  });

  it('keeps what was committed when the session cannot be sealed', async () => {
    Object.defineProperty(world, 'sealed', {
      get: () => 0,
      set: () => {
        throw new Error('no database');
      },
    });
    await world.runner.sweep();
    expect(await world.effect(run)).toMatchObject({ state: 'confirmed' });
    expect((await world.journal.waiting()).open).toBe(0);
  });
});

describe('a crash', () => {
  const POINTS = [
    'run.before-dispatch',
    'run.in-dispatch',
    'run.after-dispatch',
    'run.after-call',
    'run.in-outcome',
    'run.after-outcome',
  ];

  it('is tried at every point that a run passes', async () => {
    await world.settle();
    expect(world.reached).toEqual(POINTS);
  });

  it.each(POINTS.map((point, place) => [point, place] as const))(
    'at %s doubles nothing and loses nothing',
    async (point, place) => {
      world.crashAt.add(place);
      await world.settle();
      expect(world.reached[place]).toBe(point);
      expect(world.crashed).toBe(1);
      expect(world.platform.performed(key())).toBe(1);
      expect(await world.effect(run)).toMatchObject({ state: 'confirmed' });
      expect(await world.settled(run)).toEqual(['confirmed']);
      expect(await world.dangling()).toBe(0);
    },
  );

  it('between probe and outcome has it probed again', async () => {
    world.platform.fates = ['lost_reply'];
    world.crashAt.add(9); // six points of the dispatch, then before-dispatch, after-dispatch, after-probe
    await world.settle();
    expect(world.crashed).toBe(1);
    expect(world.platform.performed(key())).toBe(1);
    expect(await world.effect(run)).toMatchObject({ state: 'confirmed' });
  });
});
