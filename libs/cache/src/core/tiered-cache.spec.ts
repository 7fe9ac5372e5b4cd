import { describe, expect, it } from '@jest/globals';
import { type LogFields, type Logger, silentLogger } from '@dmitry/kit';
import { ManualClock, SeededIds } from '@dmitry/kit/memory';
import { MemoryMetrics } from '@dmitry/telemetry/memory';
import { MemoryTier } from '../memory/index.ts';
import {
  type CacheEntry,
  type CacheKey,
  type CacheTier,
  createTieredCache,
  type TieredCacheParts,
  type ValueSealer,
} from './index.ts';

const key: CacheKey = { tenant: 'acme', namespace: 'pdri.entity-risk', id: 'user:alice' };
const ttl = { ttlMs: 1_000 };

/** A tier whose parts can be made to fail, and whose entries can be looked at and changed. */
class BrittleTier extends MemoryTier {
  failing: 'read' | 'write' | 'tokens' | 'invalidate' | undefined;
  written: { key: string; entry: CacheEntry }[] = [];

  override read(entryKey: string) {
    return this.failing === 'read' ? Promise.reject(new Error('read')) : super.read(entryKey);
  }
  override write(entryKey: string, entry: CacheEntry) {
    this.written.push({ key: entryKey, entry });
    return this.failing === 'write' ? Promise.reject(new Error('write')) : super.write(entryKey, entry);
  }
  override tokens(tagKeys: readonly string[]) {
    return this.failing === 'tokens' ? Promise.reject(new Error('tokens')) : super.tokens(tagKeys);
  }
  override invalidate(tagKeys: readonly string[]) {
    return this.failing === 'invalidate' ? Promise.reject(new Error('invalidate')) : super.invalidate(tagKeys);
  }
}

/** Seals by naming tenant and place in front. */
const naming: ValueSealer = {
  seal: async (tenant, plain, place) => Buffer.concat([Buffer.from(`${tenant}|${place}|`), plain]),
  open: async (tenant, sealed, place) => {
    const head = Buffer.from(`${tenant}|${place}|`);
    return Buffer.from(sealed.subarray(0, head.length)).equals(head) ? sealed.subarray(head.length) : null;
  },
};

function begin(parts: Partial<TieredCacheParts> = {}) {
  const clock = new ManualClock();
  const tier = new BrittleTier({ clock });
  const lines: { event: string; fields: LogFields | undefined }[] = [];
  const logger: Logger = { ...silentLogger, warn: (event, fields) => void lines.push({ event, fields }) };
  const metrics = new MemoryMetrics();
  const ids = new SeededIds(clock, 'cache');
  return {
    clock,
    tier,
    lines,
    metrics,
    cache: createTieredCache({ tier, clock, ids, logger, metrics, jitter: 0, ...parts }),
  };
}

describe('tiered cache', () => {
  it('makes misses and not faults of a tier that fails', async () => {
    const { tier, cache, lines } = begin();
    for (const part of ['read', 'write', 'tokens'] as const) {
      tier.failing = part;
      expect(await cache.getOrLoad({ ...key, id: part }, async () => 'loaded', ttl)).toEqual({
        kind: 'loaded',
        value: 'loaded',
        ageMs: 0,
      });
    }
    tier.failing = 'tokens';
    await cache.set(key, 1, ttl);
    expect(await cache.get(key)).toEqual({ kind: 'missed' });
    expect(lines.map(({ event }) => event)).toEqual([
      'cache.read_failed',
      'cache.write_failed',
      'cache.read_failed',
      'cache.read_failed',
    ]);
  });

  it('says so when an invalidation was not confirmed', async () => {
    const { tier, cache } = begin();
    tier.failing = 'invalidate';
    await expect(cache.delete(key)).rejects.toMatchObject({ code: 'cache.invalidate_failed', retryable: true });
    await expect(cache.invalidateTags('acme', ['x'])).rejects.toMatchObject({ code: 'cache.invalidate_failed' });
  });

  it('opens a value for its own tenant and key only, and not when its times were changed', async () => {
    const { tier, cache } = begin({ sealer: naming });
    const stranger = { ...key, tenant: 'globex' };
    await cache.set(key, 'secret', ttl);
    await cache.set(stranger, 'theirs', ttl);
    const [mine, theirs] = tier.written;
    if (!mine || !theirs) throw new Error('nothing was written');
    await tier.write(theirs.key, { ...mine.entry, tokens: theirs.entry.tokens });
    expect(await cache.get(stranger)).toEqual({ kind: 'missed' });
    expect(await cache.get(key)).toMatchObject({ value: 'secret' });
    await tier.write(mine.key, {
      ...mine.entry,
      freshUntilMs: mine.entry.freshUntilMs + 1_000_000,
      usableUntilMs: mine.entry.usableUntilMs + 1_000_000,
    });
    expect(await cache.get(key)).toEqual({ kind: 'missed' });
  });

  it('shows nothing readable in keys', async () => {
    const { tier, cache } = begin();
    await cache.set(key, 1, { ...ttl, tags: ['entity:alice'] });
    const { key: entryKey, entry } = tier.written[0] ?? { key: '', entry: undefined };
    expect(`${entryKey} ${JSON.stringify(entry?.tokens)}`).not.toMatch(/acme|alice|pdri|entity/);
  });

  it('shortens times by at most the jitter, each value by its own share', async () => {
    const { clock, tier, cache } = begin({ jitter: 0.2 });
    for (let id = 0; id < 50; id++) await cache.set({ ...key, id }, 1, { ttlMs: 10_000 });
    const times = tier.written.map(({ entry }) => entry.freshUntilMs - clock.now());
    expect(Math.min(...times)).toBeGreaterThanOrEqual(8_000);
    expect(Math.max(...times)).toBeLessThanOrEqual(10_000);
    expect(new Set(times).size).toBeGreaterThan(40);
  });

  it('keeps giving the stale value when loading anew behind it fails', async () => {
    const { clock, cache, lines } = begin();
    const options = { ttlMs: 1_000, revalidateMs: 1_000 };
    await cache.set(key, 'old', options);
    await clock.advance(1_500);
    for (let call = 0; call < 2; call++) {
      expect(await cache.getOrLoad(key, () => Promise.reject(new Error('down')), options)).toMatchObject({
        kind: 'stale',
        value: 'old',
      });
      await clock.advance(0);
    }
    expect(lines.map(({ event }) => event)).toEqual(['cache.revalidate_failed', 'cache.revalidate_failed']);
  });

  it('counts what look-ups found', async () => {
    const { clock, cache, metrics } = begin();
    await cache.get(key);
    await cache.getOrLoad(key, async () => 1, { ttlMs: 1_000, graceMs: 1_000 });
    await cache.get(key);
    await clock.advance(1_500);
    await cache.get(key);
    const count = (outcome: string) => metrics.value('cache_requests_total', { namespace: key.namespace, outcome });
    expect([count('missed'), count('loaded'), count('fresh'), count('stale')]).toEqual([1, 1, 1, 1]);
  });

  it('does not read what is not JSON, or what a tier kept too long', async () => {
    const { clock, tier, cache } = begin();
    await cache.set(key, 1, ttl);
    const written = tier.written[0];
    if (!written) throw new Error('nothing was written');
    await tier.write(written.key, { ...written.entry, body: Buffer.from('{') });
    expect(await cache.get(key)).toEqual({ kind: 'missed' });
    const keeping: CacheTier = { ...stub(), read: async () => written.entry };
    await clock.advance(5_000);
    expect(await begin({ tier: keeping, clock }).cache.get(key)).toEqual({ kind: 'missed' });
  });
});

const stub = (): CacheTier => ({
  read: async () => null,
  write: async () => undefined,
  tokens: async () => [],
  invalidate: async () => undefined,
  ping: async () => true,
  close: async () => undefined,
});
