import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Cache, CacheKey } from '../core/index.ts';

export interface CacheSubject {
  readonly cache: Cache;
  /** Another user of the same store; absent where a store belongs to one process. It sees invalidations at once. */
  readonly other?: Cache;
  /** Moves the time that freshness is judged by. */
  readonly advance: (ms: number) => Promise<void>;
  readonly close: () => Promise<void>;
}

let subjects = 0;

/** What every cache promises. `jitter` must be 0 in the subject, so that times can be named. */
export function describeCacheContract(name: string, open: () => Promise<CacheSubject>): void {
  describe(`cache contract: ${name}`, () => {
    let subject: CacheSubject;
    let cache: Cache;
    let tenant: string;

    beforeEach(async () => {
      subject = await open();
      cache = subject.cache;
      tenant = `tenant-${process.pid}-${Date.now()}-${(subjects += 1)}`;
    });
    afterEach(() => subject.close());

    const key = (id: unknown, changes: Partial<CacheKey> = {}): CacheKey => ({
      tenant,
      namespace: 'things',
      id,
      ...changes,
    });
    const ttl = { ttlMs: 1_000 };
    const fail = (): Promise<never> => Promise.reject(new Error('origin down'));

    it('gives what was stored, with its age, until its time is over', async () => {
      expect(await cache.get(key(1))).toEqual({ kind: 'missed' });
      await cache.set(key(1), { a: [1, 'ü', null] }, ttl);
      await subject.advance(999);
      expect(await cache.get(key(1))).toEqual({ kind: 'fresh', value: { a: [1, 'ü', null] }, ageMs: 999 });
      await subject.advance(1);
      expect(await cache.get(key(1))).toEqual({ kind: 'missed' });
    });

    it('takes the id by its canonical form', async () => {
      await cache.set(key({ a: 1, b: 2 }), 'x', ttl);
      expect(await cache.get(key({ b: 2, a: 1 }))).toMatchObject({ value: 'x' });
    });

    it('keeps tenants and namespaces apart', async () => {
      await cache.set(key(1), 'mine', ttl);
      expect(await cache.get(key(1, { tenant: `${tenant}-other` }))).toEqual({ kind: 'missed' });
      expect(await cache.get(key(1, { namespace: 'others' }))).toEqual({ kind: 'missed' });
    });

    it('loads once for a thousand callers, and gives the stored value afterwards', async () => {
      let loads = 0;
      const load = async (): Promise<number> => (loads += 1);
      const all = await Promise.all(Array.from({ length: 1_000 }, () => cache.getOrLoad(key(1), load, ttl)));
      expect(new Set(all.map(({ value }) => value))).toEqual(new Set([1]));
      expect(await cache.getOrLoad(key(1), load, ttl)).toEqual({ kind: 'fresh', value: 1, ageMs: 0 });
      expect(loads).toBe(1);
    });

    it('passes a failed load on to all who wait, and tries again for the next', async () => {
      const all = await Promise.allSettled([cache.getOrLoad(key(1), fail, ttl), cache.getOrLoad(key(1), fail, ttl)]);
      expect(all.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
      expect(await cache.getOrLoad(key(1), async () => 'back', ttl)).toMatchObject({ kind: 'loaded', value: 'back' });
    });

    it('gives a stale value while it is loaded anew behind it', async () => {
      const options = { ttlMs: 1_000, revalidateMs: 500 };
      await cache.set(key(1), 'old', options);
      await subject.advance(1_200);
      expect(await cache.getOrLoad(key(1), async () => 'new', options)).toEqual({
        kind: 'stale',
        value: 'old',
        ageMs: 1_200,
      });
      await settled(async () => (await cache.get<string>(key(1))).kind === 'fresh');
      expect(await cache.get(key(1))).toMatchObject({ value: 'new' });
    });

    it('lets a stale value stand in for a load that fails, labelled, and only within its grace', async () => {
      const options = { ttlMs: 1_000, graceMs: 2_000 };
      await cache.set(key(1), 'old', options);
      await subject.advance(2_999);
      expect(await cache.getOrLoad(key(1), fail, options)).toEqual({ kind: 'stale', value: 'old', ageMs: 2_999 });
      await subject.advance(1);
      await expect(cache.getOrLoad(key(1), fail, options)).rejects.toThrow('origin down');
    });

    it('prefers a new value to a stale one within the grace', async () => {
      const options = { ttlMs: 1_000, graceMs: 2_000 };
      await cache.set(key(1), 'old', options);
      await subject.advance(1_500);
      expect(await cache.getOrLoad(key(1), async () => 'new', options)).toEqual({
        kind: 'loaded',
        value: 'new',
        ageMs: 0,
      });
    });

    it('does not keep nothing, nor what is not worth keeping', async () => {
      expect(await cache.getOrLoad(key(1), async () => null, ttl)).toEqual({ kind: 'loaded', value: null, ageMs: 0 });
      const keep = (value: { ok: boolean }): boolean => value.ok;
      const options = { ...ttl, keep, graceMs: 5_000 };
      expect(await cache.getOrLoad(key(2), async () => ({ ok: false }), options)).toMatchObject({
        value: { ok: false },
      });
      expect([await cache.get(key(1)), await cache.get(key(2))]).toEqual([{ kind: 'missed' }, { kind: 'missed' }]);
      await cache.set(key(2), { ok: true }, options);
      await subject.advance(2_000);
      expect(await cache.getOrLoad(key(2), async () => ({ ok: false }), options)).toMatchObject({
        kind: 'stale',
        value: { ok: true },
      });
    });

    it('forgets by tag what has it, of this tenant and nothing else', async () => {
      const stranger = key(1, { tenant: `${tenant}-other` });
      await cache.set(key(1), 1, { ...ttl, tags: ['entity:a', 'entity:b'] });
      await cache.set(key(2), 2, { ...ttl, tags: ['entity:b'] });
      await cache.set(key(3), 3, ttl);
      await cache.set(stranger, 4, { ...ttl, tags: ['entity:a'] });
      await cache.invalidateTags(tenant, ['entity:a']);
      await cache.invalidateTags(tenant, []);
      const kinds = [];
      for (const each of [key(1), key(2), key(3), stranger]) kinds.push((await cache.get(each)).kind);
      expect(kinds).toEqual(['missed', 'fresh', 'fresh', 'fresh']);
    });

    it.each(['delete', 'tag'] as const)(
      'never stores by a load that was under way what was invalidated meanwhile: %s',
      async (how) => {
        const options = { ...ttl, tags: ['entity:a'] };
        const held = Promise.withResolvers<string>();
        const started = Promise.withResolvers<void>();
        const early = cache.getOrLoad(key(1), () => (started.resolve(), held.promise), options);
        await started.promise;
        await (how === 'delete' ? cache.delete(key(1)) : cache.invalidateTags(tenant, ['entity:a']));
        const late = await cache.getOrLoad(key(1), async () => 'new', options);
        held.resolve('old');
        expect([(await early).value, late.value]).toEqual(['old', 'new']);
        expect(await cache.get(key(1))).toMatchObject({ value: 'new' });
      },
    );

    it('is one cache for all who share its store', async () => {
      const { other } = subject;
      if (!other) return expect(await cache.ping()).toBe(true); // a store of one process has nobody to share with
      const options = { ...ttl, tags: ['entity:a'] };
      await cache.set(key(1), 'x', options);
      expect(await other.get(key(1))).toMatchObject({ value: 'x' });
      await other.invalidateTags(tenant, ['entity:a']);
      expect(await cache.get(key(1))).toEqual({ kind: 'missed' });
    });

    it.each([
      { ttlMs: 0 },
      { ttlMs: -1 },
      { ttlMs: 1, graceMs: Number.NaN },
      { ttlMs: 1, tags: Array.from({ length: 17 }, (_each, at) => `${at}`) },
    ])('refuses options that make no sense: %j', async (options) => {
      await expect(cache.set(key(1), 1, options)).rejects.toMatchObject({ code: 'cache.options_invalid' });
      await expect(cache.getOrLoad(key(1), async () => 1, options)).rejects.toMatchObject({
        code: 'cache.options_invalid',
      });
    });
  });
}

/** Lets what happens in the background happen. */
async function settled(condition: () => Promise<boolean>): Promise<void> {
  for (let turn = 0; turn < 1_000 && !(await condition()); turn++)
    await new Promise((resolve) => setImmediate(resolve));
}
