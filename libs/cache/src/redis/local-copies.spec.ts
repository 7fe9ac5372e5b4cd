import { describe, expect, it } from '@jest/globals';
import { ManualClock, SeededIds } from '@dmitry/kit/memory';
import { createTieredCache } from '../core/index.ts';
import { MemoryTier } from '../memory/index.ts';
import { describeCacheContract } from '../testing/index.ts';
import { LocalCopies } from './local-copies.ts';

describeCacheContract('local copies', async () => {
  const clock = new ManualClock();
  const tier = new LocalCopies(new MemoryTier({ clock }), { clock, localMs: 1_000 });
  const cache = createTieredCache({ tier, clock, ids: new SeededIds(clock, 'local'), jitter: 0 });
  return { cache, advance: (ms) => clock.advance(ms), close: () => cache.close() };
});

describe('local copies', () => {
  const key = { tenant: 'acme', namespace: 'n', id: 1 };
  const begin = (options: { maxLocalBytes?: number } = {}) => {
    const clock = new ManualClock();
    const shared = new MemoryTier({ clock });
    let reads = 0;
    const counted = Object.assign(Object.create(shared) as MemoryTier, {
      read: (entryKey: string) => ((reads += 1), shared.read(entryKey)),
    });
    const open = () => {
      const tier = new LocalCopies(counted, { clock, localMs: 500, ...options });
      return createTieredCache({ tier, clock, ids: new SeededIds(clock, 'local'), jitter: 0 });
    };
    return { clock, open, reads: () => reads };
  };

  it('are used without asking, for as long as is stated and no longer', async () => {
    const { clock, open, reads } = begin();
    const [mine, theirs] = [open(), open()];
    await mine.set(key, 'old', { ttlMs: 60_000, tags: ['t'] });
    await mine.get(key);
    await theirs.invalidateTags('acme', ['t']);
    await clock.advance(499);
    expect(await mine.get(key)).toMatchObject({ value: 'old' });
    expect(reads()).toBe(1);
    await clock.advance(1);
    expect(await mine.get(key)).toEqual({ kind: 'missed' });
  });

  it('stay within their bytes', async () => {
    const { open, reads } = begin({ maxLocalBytes: 150 });
    const cache = open();
    for (const id of [1, 2]) await cache.set({ ...key, id }, 'x'.repeat(98), { ttlMs: 60_000 });
    for (const id of [1, 2, 2, 1]) await cache.get({ ...key, id });
    expect(reads()).toBe(3);
  });

  it('do not keep what was read while something was invalidated', async () => {
    const clock = new ManualClock();
    const shared = new MemoryTier({ clock });
    const gate = Promise.withResolvers<void>();
    const slow = Object.assign(Object.create(shared) as MemoryTier, {
      read: async (entryKey: string) => {
        const entry = await shared.read(entryKey);
        await gate.promise;
        return entry;
      },
    });
    const tier = new LocalCopies(slow, { clock, localMs: 60_000 });
    const cache = createTieredCache({ tier, clock, ids: new SeededIds(clock, 'local'), jitter: 0 });
    await cache.set(key, 'old', { ttlMs: 60_000, tags: ['t'] });
    const early = cache.get(key);
    await cache.invalidateTags('acme', ['t']);
    gate.resolve();
    expect(await early).toMatchObject({ value: 'old' });
    expect(await cache.get(key)).toEqual({ kind: 'missed' });
    expect(await cache.ping()).toBe(true);
  });
});
