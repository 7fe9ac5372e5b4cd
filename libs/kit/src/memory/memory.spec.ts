import { describe, expect, it } from '@jest/globals';
import { ManualClock, SeededIds } from './index.ts';

describe('ManualClock', () => {
  it('stands still until it is told to move', async () => {
    const clock = new ManualClock(1000);
    await clock.advance(50);
    expect([clock.now(), clock.monotonicMs()]).toEqual([1050, 50]);
  });

  it('wakes sleepers in the order of their due times, each at its own time', async () => {
    const clock = new ManualClock(0);
    const woken: [string, number][] = [];
    for (const [name, ms] of [
      ['late', 30],
      ['soon', 10],
      ['never', 99],
    ] as const) {
      void clock.sleep(ms).then(() => woken.push([name, clock.now()]));
    }
    await clock.advance(50);
    expect(woken).toEqual([
      ['soon', 10],
      ['late', 30],
    ]);
    expect(clock.pending).toBe(1);
  });

  it('steps to what is due next, one at a time, and says when nothing is left', async () => {
    const clock = new ManualClock(5);
    const woken: number[] = [];
    for (const ms of [30, 10, 10]) void clock.sleep(ms).then(() => woken.push(clock.now()));
    const steps: [boolean, number[]][] = [];
    for (let step = 0; step < 4; step += 1) {
      const stepped = clock.step();
      await Promise.resolve();
      await Promise.resolve();
      steps.push([stepped, [...woken]]);
    }
    expect(steps).toEqual([
      [true, [15]],
      [true, [15, 15]],
      [true, [15, 15, 35]],
      [false, [15, 15, 35]],
    ]);
    expect(clock.step(1_000)).toBe(false);
  });

  it('ticks at its interval until it is stopped', async () => {
    const clock = new ManualClock(0);
    const ticks: number[] = [];
    const stop = clock.every(10, () => ticks.push(clock.now()));
    await clock.advance(35);
    stop();
    await clock.advance(100);
    expect(ticks).toEqual([10, 20, 30]);
  });

  it('rejects a sleep with the reason of its signal and keeps no waiter', async () => {
    const clock = new ManualClock(0);
    const reason = new Error('enough');
    const control = new AbortController();
    const sleep = clock.sleep(10, control.signal);
    control.abort(reason);
    await expect(sleep).rejects.toBe(reason);
    await expect(clock.sleep(10, control.signal)).rejects.toBe(reason);
    expect(clock.pending).toBe(0);
  });
});

describe('SeededIds', () => {
  it('repeats everything for the same seed and clock, and nothing for another seed', () => {
    const draw = (seed: string) => {
      const ids = new SeededIds(new ManualClock(0), seed);
      return [ids.uuid(), Buffer.from(ids.bytes(70)).toString('hex'), ids.fraction()];
    };
    expect(draw('a')).toEqual(draw('a'));
    expect(draw('a')).not.toEqual(draw('b'));
    const ids = new SeededIds(new ManualClock(0), 'a');
    expect(ids.bytes(70)).toHaveLength(70);
    expect(ids.fraction()).toBeLessThan(1);
  });
});
