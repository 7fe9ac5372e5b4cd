import { describe, expect, it } from '@jest/globals';
import { describeHealthIndicatorContract } from '@dmitry/health/testing';
import { openTestDatabase } from '../testing/index.ts';
import { type Database, databaseHealth, unavailable } from './index.ts';

const check = (ping: () => Promise<void>): unknown =>
  databaseHealth({ ping } as unknown as Database).check(AbortSignal.timeout(1000));

describeHealthIndicatorContract('database', 'own', async () => {
  const database = await openTestDatabase([]);
  return {
    indicator: databaseHealth(database),
    breakDependency: () => database.close(),
    close: () => database.close(),
  };
});

describe('the database indicator', () => {
  it('is down with a code and no address when it does not', async () => {
    expect(await check(() => Promise.reject(unavailable(null)))).toEqual({ up: false, detail: 'storage.unavailable' });
    expect(await check(() => Promise.reject(new Error('db.internal:5432')))).toEqual({
      up: false,
      detail: 'storage.unavailable',
    });
  });
});
