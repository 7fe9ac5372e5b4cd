import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ManualClock, SeededIds } from '@dmitry/kit/memory';
import type { Database, DataKeys, Leases, Sealer } from '../core/index.ts';
import { createDataKeys, createLeases, createSealer } from '../sql/index.ts';
import type { OpenDatabase } from './contract-schema.ts';

const LONG_MS = 60_000;

export function describeLeasesContract(name: string, open: OpenDatabase): void {
  describe(`leases: ${name}`, () => {
    let database: Database;
    let leases: Leases;
    beforeAll(async () => {
      database = await open([]);
      leases = createLeases(database);
    });
    afterAll(() => database.close());

    it('gives a lease to one of many takers', async () => {
      const won = await Promise.all(
        Array.from({ length: 8 }, (_, at) => leases.acquire('one', `holder-${at}`, LONG_MS)),
      );
      expect(won.filter((lease) => lease !== null)).toHaveLength(1);
    });

    it('renews for its holder with the same fence', async () => {
      const first = await leases.acquire('renewed', 'me', LONG_MS);
      const again = await leases.acquire('renewed', 'me', 2 * LONG_MS);
      expect(again).toMatchObject({ fence: first?.fence, holder: 'me', name: 'renewed' });
      expect(again?.expiresMs).toBeGreaterThan(first?.expiresMs ?? Number.POSITIVE_INFINITY);
    });

    it('passes an expired lease on with a greater fence, and the old holder cannot release it', async () => {
      const old = await leases.acquire('expired', 'old', 0);
      const next = await leases.acquire('expired', 'next', LONG_MS);
      expect(next?.fence).toBeGreaterThan(old?.fence ?? Number.POSITIVE_INFINITY);
      if (old) await leases.release(old);
      expect(await leases.acquire('expired', 'third', LONG_MS)).toBeNull();
    });

    it('passes a released lease on, the fence never starting again', async () => {
      const first = await leases.acquire('released', 'me', LONG_MS);
      if (first) await leases.release(first);
      const next = await leases.acquire('released', 'you', LONG_MS);
      expect(next).toMatchObject({ holder: 'you', fence: (first?.fence ?? 0) + 1 });
    });
  });
}

export function describeDataKeysContract(name: string, open: OpenDatabase): void {
  describe(`data keys: ${name}`, () => {
    const ids = new SeededIds(new ManualClock(), name);
    const masterKey = ids.bytes(32);
    let database: Database;
    let keys: DataKeys;
    let sealer: Sealer;
    beforeAll(async () => {
      database = await open([]);
      keys = createDataKeys({ ids, masterKey });
      sealer = createSealer(ids);
    });
    afterAll(() => database.close());

    it('keeps one key a tenant and one a subject, made on first use', async () => {
      const [own, again, subject] = await database.tenant('a', async (tx) => [
        await keys.current(tx),
        await keys.current(tx),
        await keys.current(tx, 'ada'),
      ]);
      expect(again).toEqual(own);
      expect(subject?.id).not.toBe(own?.id);
      expect(subject?.key).toHaveLength(32);
      const read = await database.tenant('a', (tx) => keys.byId(tx, subject?.id ?? ''));
      expect(read).toEqual(subject);
    });

    it('gives every one of many concurrent first users the same key', async () => {
      const made = await Promise.all(
        Array.from({ length: 6 }, () => database.tenant('a', (tx) => keys.current(tx, 'concurrent'))),
      );
      expect(new Set(made.map(({ id }) => id)).size).toBe(1);
    });

    it('shows no tenant the key of another', async () => {
      const key = await database.tenant('a', (tx) => keys.current(tx));
      expect(await database.tenant('b', (tx) => keys.byId(tx, key.id))).toBeNull();
    });

    it('makes what was sealed unreadable by erasing, that subject alone', async () => {
      const erased = await database.tenant('a', (tx) => keys.current(tx, 'bob'));
      expect(await database.tenant('a', (tx) => keys.erase(tx, 'bob'))).toBe(1);
      expect(await database.tenant('a', (tx) => keys.byId(tx, erased.id))).toBeNull();
      expect(await database.tenant('a', (tx) => keys.erase(tx, 'bob'))).toBe(0);
      const next = await database.tenant('a', (tx) => keys.current(tx, 'bob'));
      expect(next.id).not.toBe(erased.id);
      const sealed = sealer.seal(erased, new Uint8Array([1]), 'x');
      expect(() => sealer.open(next, sealed, 'x')).toThrow(expect.objectContaining({ code: 'storage.unsealable' }));
    });

    it('stores neither keys nor the names of subjects in clear', async () => {
      const key = await database.tenant('a', (tx) => keys.current(tx, 'carol'));
      const rows = await database.tenant('a', (tx) => tx.query('SELECT * FROM data_key'));
      const stored = rows
        .map((row) => JSON.stringify({ ...row, wrapped: Buffer.from(row['wrapped'] as Uint8Array).toString('hex') }))
        .join();
      expect(stored).toContain(key.id);
      expect(stored).not.toContain('carol');
      expect(stored).not.toContain(Buffer.from(key.key).toString('hex'));
    });

    it('opens nothing under another master key', async () => {
      const { id } = await database.tenant('a', (tx) => keys.current(tx));
      const stranger = createDataKeys({ ids, masterKey: ids.bytes(32) });
      await expect(database.tenant('a', (tx) => stranger.byId(tx, id))).rejects.toMatchObject({
        code: 'storage.unsealable',
      });
    });
  });
}
