import { describe, expect, it } from '@jest/globals';
import type { HealthIndicator } from '@dmitry/health';
import { IdSource } from '@dmitry/kit';
import { ManualClock, SeededIds } from '@dmitry/kit/memory';
import { Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { Database, DataKeys, Leases, Sealer } from '../core/index.ts';
import { openTestDatabase } from '../testing/index.ts';
import { StorageHealth, StorageModule } from './index.ts';

const ids = new SeededIds(new ManualClock(), 'storage module');

@Module({ providers: [{ provide: IdSource, useValue: ids }], exports: [IdSource] })
class IdsModule {}

const storage = (): ReturnType<typeof StorageModule.forRoot> => ({
  ...StorageModule.forRoot({ open: openTestDatabase, migrations: [], masterKey: ids.bytes(32) }),
  imports: [IdsModule],
});

describe('StorageModule', () => {
  it('gives the database and what stands on it, and closes it with the application', async () => {
    const app = await Test.createTestingModule({ imports: [storage()] }).compile();
    const database = app.get<Database>(Database);
    const key = await database.tenant('a', (tx) => app.get<DataKeys>(DataKeys).current(tx));
    const sealer = app.get<Sealer>(Sealer);
    expect(sealer.open(key, sealer.seal(key, new Uint8Array([1]), 'x'), 'x')).toEqual(new Uint8Array([1]));
    expect(await app.get<Leases>(Leases).acquire('l', 'me', 1000)).toMatchObject({ fence: 1 });
    const health = app.get<HealthIndicator>(StorageHealth);
    expect(await health.check(AbortSignal.timeout(1000))).toEqual({ up: true });

    await app.close();
    expect(await health.check(AbortSignal.timeout(1000))).toEqual({ up: false, detail: 'storage.closed' });
  });
});
