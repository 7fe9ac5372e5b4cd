import { expect } from '@jest/globals';
import type { Run } from '@dmitry/contracts';
import type { Database } from '@dmitry/storage';
import fc from 'fast-check';
import { isFinal } from '../src/core/index.ts';
import { FATES, PROBE_FATES } from './fake-platform.ts';
import { RunWorld } from './run-world.ts';

/** Everything that may go wrong with a few runs: where processes die, what queues lose or double, what the network does. */
const troubles = fc.record({
  runs: fc.integer({ min: 1, max: 2 }),
  crashes: fc.uniqueArray(fc.integer({ min: 0, max: 24 }), { maxLength: 6 }),
  copies: fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 12 }),
  fates: fc.array(fc.constantFrom(...FATES), { maxLength: 6 }),
  probeFates: fc.array(fc.constantFrom(...PROBE_FATES), { maxLength: 12 }),
  stepMs: fc.integer({ min: 500, max: 90_000 }),
});

type Troubles = typeof troubles extends fc.Arbitrary<infer T> ? T : never;
const calm: Troubles = { runs: 1, crashes: [], copies: [], fates: [], probeFates: [], stepMs: 500 };
/** Tried every time, beside the random ones: each is caught by one rule alone (horizon, fence, probe before repeat, one outcome an intent). */
export const NASTY: readonly [Troubles][] = [
  [{ ...calm, fates: ['late_request'] }],
  [{ ...calm, fates: ['stalled'], copies: [3] }],
  [{ ...calm, fates: ['lost_reply'], crashes: [2, 9] }],
  [{ ...calm, fates: ['late_request'], crashes: [3], probeFates: ['silent'] }],
];

/** What must hold of a run whose end has been reached, whatever happened on the way. */
async function judge(world: RunWorld, run: Run): Promise<void> {
  const effect = await world.effect(run);
  const performed = world.platform.performed(effect.effect_key);
  expect(isFinal(effect.state)).toBe(true);
  expect(performed).toBeLessThanOrEqual(1);
  if (effect.state === 'confirmed') expect(performed).toBe(1);
  if (effect.state === 'refused' || effect.state === 'not_done') expect(performed).toBe(0);
  expect(await world.settled(run)).toEqual([effect.state]);
  expect(world.finished.filter(({ id }) => id === run.id).length).toBeGreaterThanOrEqual(1);
}

let worlds = 0;

/** Runs under crashes, lost and doubled jobs and a lossy network. Without the horizon, the fence or the probe it does not hold. */
export const crashProperty = (database: () => Database): fc.IAsyncProperty<[Troubles]> =>
  fc.asyncProperty(troubles, async (trouble) => {
    const world = await new RunWorld(database(), `crash-${(worlds += 1)}`).start();
    Object.assign(world.platform, { fates: [...trouble.fates], probeFates: [...trouble.probeFates] });
    world.platform.onStall = () => world.runner.sweep().then(() => undefined);
    world.platform.onSend = async (key) => expect(await world.entries(key)).toContain('intent');
    world.dispatcher.copies = [...trouble.copies];
    world.crashAt = new Set(trouble.crashes);
    const runs: Run[] = [];
    for (let each = 0; each < trouble.runs; each++) runs.push(await world.plan(`target-${each}`));
    await world.settle(trouble.stepMs, 2_000);
    expect((await world.journal.waiting()).open).toBe(0);
    await world.clock.advance(3_600_000); // whatever is still on its way arrives
    for (const run of runs) await judge(world, run);
    expect(await world.dangling()).toBe(0);
  });
