import { describe, expect, it } from '@jest/globals';
import { DmitryError } from '@dmitry/kit';
import { ManualClock, SeededIds } from '@dmitry/kit/memory';
import { retrying } from './index.ts';

const contention = (): DmitryError => new DmitryError('storage.contention', 'again', { retryable: true });

describe('retrying', () => {
  it('waits a growing random while between attempts, never longer than 80 ms', async () => {
    const clock = new ManualClock();
    const begun: number[] = [];
    const failed = retrying(clock, new SeededIds(clock, 'retry'), () => {
      begun.push(clock.monotonicMs());
      return Promise.reject(contention());
    });
    const outcome = failed.catch((error: unknown) => error);
    await clock.advance(1000);
    expect(await outcome).toMatchObject({ code: 'storage.contention' });
    const waits = begun.slice(1).map((at, index) => at - (begun[index] ?? 0));
    expect(waits).toHaveLength(4);
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...waits)).toBeLessThanOrEqual(80);
  });

  it('repeats nothing but contention', async () => {
    const clock = new ManualClock();
    let attempts = 0;
    const failed = retrying(clock, new SeededIds(clock, 'retry'), () => {
      attempts += 1;
      return Promise.reject(new DmitryError('storage.commit_unknown', 'lost'));
    });
    await expect(failed).rejects.toMatchObject({ code: 'storage.commit_unknown' });
    expect(attempts).toBe(1);
  });
});
