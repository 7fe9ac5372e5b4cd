import { describe, expect, it } from '@jest/globals';
import { ManualClock, SeededIds } from '@dmitry/kit/memory';
import type { CacheEntry } from '../core/index.ts';
import { describeCacheContract } from '../testing/index.ts';
import { createMemoryCache, MemoryTier } from './index.ts';

describeCacheContract('memory', async () => {
  const clock = new ManualClock();
  const cache = createMemoryCache({ clock, ids: new SeededIds(clock, 'cache'), jitter: 0 });
  return { cache, advance: (ms) => clock.advance(ms), close: () => cache.close() };
});

describe('memory tier', () => {
  const clock = new ManualClock();
  const until = clock.now() + 1_000;
  const entry = (bytes: number, tokens: CacheEntry['tokens'] = []): CacheEntry => ({
    storedMs: clock.now(),
    freshUntilMs: until,
    usableUntilMs: until,
    revalidateUntilMs: until,
    tokens,
    body: new Uint8Array(bytes),
  });

  it('stays within its bytes under a flood of keys, least recently used out first', async () => {
    const tier = new MemoryTier({ clock, maxBytes: 20_000 });
    await tier.write('kept', entry(100));
    for (let at = 0; at < 1_000; at++) {
      await tier.write(`k${at}`, entry(500));
      await tier.read('kept');
      expect(tier.size).toBeLessThanOrEqual(20_000);
    }
    expect([await tier.read('k0'), (await tier.read('kept'))?.body.byteLength]).toEqual([null, 100]);
  });

  it('does not store what is larger than all of it, nor keep what it replaces', async () => {
    const tier = new MemoryTier({ clock, maxBytes: 5_000 });
    await tier.write('a', entry(100));
    await tier.write('a', entry(10_000));
    expect([await tier.read('a'), tier.size]).toEqual([null, 0]);
  });

  it('gives back the bytes of what has expired or was invalidated once it is looked for', async () => {
    const tier = new MemoryTier({ clock });
    await tier.write('a', entry(100, await tier.tokens(['t'])));
    await tier.invalidate(['t']);
    expect([await tier.read('a'), tier.size]).toEqual([null, 0]);
  });

  it('makes misses of what has a tag that it had to forget', async () => {
    const tier = new MemoryTier({ clock, maxTags: 2 });
    await tier.write('a', entry(1, await tier.tokens(['t1'])));
    await tier.tokens(['t2']);
    expect(await tier.read('a')).not.toBeNull();
    await tier.tokens(['t3']);
    expect(await tier.read('a')).toBeNull();
    expect(await tier.ping()).toBe(true);
  });
});
