import { describe, expect, it } from '@jest/globals';
import { ManualClock, SeededIds } from '@dmitry/kit/memory';
import { storageMigrations } from '@dmitry/storage';
import { createDataKeys, createSealer } from '@dmitry/storage/sql';
import { openTestDatabase } from '@dmitry/storage/testing';
import { createMemoryCache } from '../memory/index.ts';
import { createTenantSealer } from './index.ts';

describe('tenant sealer', () => {
  it("opens for its own tenant and place, until the tenant's key is erased", async () => {
    const clock = new ManualClock();
    const ids = new SeededIds(clock, 'sealer');
    const database = await openTestDatabase([...storageMigrations]);
    const dataKeys = createDataKeys({ ids, masterKey: ids.bytes(32) });
    const sealer = createTenantSealer({ database, dataKeys, sealer: createSealer(ids), clock, keyMs: 1_000 });
    const plain = new TextEncoder().encode('what only acme may read');
    const sealed = await sealer.seal('acme', plain, 'here');
    expect(Buffer.from(sealed).includes(Buffer.from(plain))).toBe(false);
    expect(await sealer.open('acme', sealed, 'here')).toEqual(plain);
    expect(await sealer.open('globex', sealed, 'here')).toBeNull();
    expect(await sealer.open('acme', sealed, 'there')).toBeNull();
    expect(await sealer.open('acme', plain, 'here')).toBeNull();

    const cache = createMemoryCache({ clock, ids, sealer, jitter: 0 });
    const key = { tenant: 'acme', namespace: 'n', id: 1 };
    await cache.set(key, { secret: true }, { ttlMs: 60_000 });
    expect(await cache.get(key)).toMatchObject({ value: { secret: true } });
    await database.tenant('acme', (tx) => dataKeys.erase(tx));
    await clock.advance(1_000);
    expect(await cache.get(key)).toEqual({ kind: 'missed' });
    await database.close();
  });

  it('does not remember that a key could not be fetched', async () => {
    const clock = new ManualClock();
    const ids = new SeededIds(clock, 'sealer');
    const database = await openTestDatabase([...storageMigrations]);
    const dataKeys = createDataKeys({ ids, masterKey: ids.bytes(32) });
    let down = true;
    const brittle = {
      ...database,
      tenant: ((...args: Parameters<typeof database.tenant>) =>
        down ? Promise.reject(new Error('down')) : database.tenant(...args)) as typeof database.tenant,
    };
    const sealer = createTenantSealer({ database: brittle, dataKeys, sealer: createSealer(ids), clock });
    await expect(sealer.seal('acme', new Uint8Array(1), 'here')).rejects.toThrow('down');
    down = false;
    expect((await sealer.seal('acme', new Uint8Array(1), 'here')).length).toBeGreaterThan(1);
    await database.close();
  });
});
