import { afterEach, describe, expect, it } from '@jest/globals';
import { ManualClock } from '@dmitry/kit/memory';
import { RandomIds, SystemClock } from './index.ts';

describe('SystemClock', () => {
  const clock = new SystemClock();
  let stop = (): void => undefined;
  afterEach(() => stop());

  it('tells the machine’s time, and a monotonic one that does not go back', () => {
    expect(Math.abs(clock.now() - Date.now())).toBeLessThan(1000);
    const first = clock.monotonicMs();
    expect(clock.monotonicMs()).toBeGreaterThanOrEqual(first);
  });

  it('rejects a sleep at once with the reason of its signal', async () => {
    const reason = new Error('enough');
    await expect(clock.sleep(60_000, AbortSignal.abort(reason))).rejects.toBe(reason);
    await expect(clock.sleep(0)).resolves.toBeUndefined();
  });

  it('ticks without keeping the process alive', async () => {
    await new Promise<void>((resolve) => {
      stop = clock.every(1, resolve);
    });
    expect(stop).not.toThrow();
  });
});

describe('RandomIds', () => {
  const ids = new RandomIds(new ManualClock());

  it('gives UUIDv7 that increase', () => {
    const [first, second] = [ids.uuid(), ids.uuid()];
    expect(second > first).toBe(true);
  });

  it('draws bytes and fractions from the system’s random source', () => {
    expect(ids.bytes(32)).toHaveLength(32);
    expect(ids.bytes(32)).not.toEqual(ids.bytes(32));
    expect(ids.fraction()).toBeGreaterThanOrEqual(0);
    expect(ids.fraction()).toBeLessThan(1);
  });
});
