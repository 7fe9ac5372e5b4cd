import { describe, jest } from '@jest/globals';
import { describeWithService } from '@dmitry/kit/testing';
import { PostgresDatabase } from '@dmitry/storage/postgres';
import { createDatabase } from '@dmitry/storage/testing';
import { itShreds } from './support/shred.ts';

jest.setTimeout(180_000);

describeWithService('postgres', 'an instance on a real PostgreSQL', (address) => {
  describe('erasing', () => {
    itShreds(async () => {
      const { url, drop } = await createDatabase(address);
      return { env: { DATABASE_URL: url }, open: () => PostgresDatabase.open({ url, migrations: [] }), drop };
    });
  });
});
