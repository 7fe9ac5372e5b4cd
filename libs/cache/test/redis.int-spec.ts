import { describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { ManualClock } from '@dmitry/kit/memory';
import { RandomIds, SystemClock } from '@dmitry/kit/node';
import { describeWithService } from '@dmitry/kit/testing';
import { openRedisCache, type RedisCacheOptions } from '../src/redis/index.ts';
import { describeCacheContract } from '../src/testing/index.ts';

const ids = new RandomIds(new SystemClock());

describeWithService('redis', 'cache in Redis', (url) => {
  const open = (clock: ManualClock, changes: Partial<RedisCacheOptions> = {}) =>
    openRedisCache({ url, clock, ids, jitter: 0, timeoutMs: 5_000, localMs: 0, ...changes });

  describeCacheContract('redis', async () => {
    const clock = new ManualClock();
    const [cache, other] = [await open(clock), await open(clock)];
    const close = async (): Promise<void> => void (await Promise.all([cache.close(), other.close()]));
    return { cache, other, advance: (ms) => clock.advance(ms), close };
  });

  describeCacheContract('redis with local copies', async () => {
    const clock = new ManualClock();
    const cache = await open(clock, { localMs: 1_000 });
    return { cache, advance: (ms) => clock.advance(ms), close: () => cache.close() };
  });

  it('ends entries in Redis itself when they are of no use any more, and makes misses when tags are lost', async () => {
    const clock = new ManualClock();
    const cache = await open(clock);
    const redis = new Redis(url);
    const tenant = `expiry-${process.pid}-${Date.now()}`;
    const before = new Set(await redis.keys('cache:*'));
    await cache.set({ tenant, namespace: 'n', id: 1 }, 'x', { ttlMs: 5_000, graceMs: 10_000, tags: ['t'] });
    const keys = (await redis.keys('cache:*')).filter((key) => !before.has(key));
    for (const key of keys.filter((each) => each.includes(':e:'))) {
      expect(await redis.pttl(key)).toBeGreaterThan(10_000);
      expect(await redis.pttl(key)).toBeLessThanOrEqual(15_000);
    }
    const [tag = ''] = keys.filter((each) => each.includes(':t:'));
    expect(await redis.pttl(tag)).toBeGreaterThan(15_000);
    await redis.del(tag);
    expect(await cache.get({ tenant, namespace: 'n', id: 1 })).toEqual({ kind: 'missed' });
    await Promise.all([cache.close(), redis.quit()]);
  });

  it('does not store what is too large or already over', async () => {
    const cache = await open(new ManualClock(), { maxEntryBytes: 100 });
    const key = { tenant: `large-${process.pid}-${Date.now()}`, namespace: 'n', id: 1 };
    await cache.set(key, 'x'.repeat(200), { ttlMs: 5_000 });
    expect(await cache.get(key)).toEqual({ kind: 'missed' });
    expect(await cache.ping()).toBe(true);
    await cache.close();
  });
});

describe('cache without Redis', () => {
  it('loads every time and throws for nothing but an invalidation', async () => {
    const cache = await openRedisCache({ url: 'redis://127.0.0.1:1', clock: new ManualClock(), ids, timeoutMs: 100 });
    const key = { tenant: 'acme', namespace: 'n', id: 1 };
    for (let call = 1; call <= 2; call++) {
      expect(await cache.getOrLoad(key, async () => call, { ttlMs: 1_000 })).toMatchObject({
        kind: 'loaded',
        value: call,
      });
    }
    await expect(cache.invalidateTags('acme', ['t'])).rejects.toMatchObject({ code: 'cache.invalidate_failed' });
    expect(await cache.ping()).toBe(false);
    await cache.close();
  });
});
