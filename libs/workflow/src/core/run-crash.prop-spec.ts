import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { seed } from '@dmitry/kit/testing';
import type { Database } from '@dmitry/storage';
import { openTestDatabase } from '@dmitry/storage/testing';
import fc from 'fast-check';
import { crashProperty, NASTY } from '../../test/crash-property.ts';
import { worldMigrations } from '../../test/run-world.ts';

let database: Database;
beforeAll(async () => {
  database = await openTestDatabase(worldMigrations);
}, 60_000);
afterAll(() => database.close());

describe('runs under crashes, lost and doubled jobs and a lossy network', () => {
  it('never double an effect, never claim what did not happen, and always finish or are named', async () => {
    await expect(
      fc.assert(
        crashProperty(() => database),
        { seed: seed(), numRuns: 25, examples: [...NASTY] },
      ),
    ).resolves.toBeUndefined();
  }, 120_000);
});
