import { describe, expect, it } from '@jest/globals';
import type { Migration } from '../core/index.ts';
import { describeDatabaseContract, openTestDatabase } from '../testing/index.ts';
import { PgliteDatabase } from './index.ts';

describeDatabaseContract('PGlite in memory', openTestDatabase);

describe('a snapshot of PGlite', () => {
  it('starts another database with the same rows, apart from the first', async () => {
    const migrations: readonly Migration[] = [
      { id: 'spec/0001-note', sql: 'CREATE TABLE note (tenant text NOT NULL, id text)', tenantTables: ['note'] },
    ];
    const first = (await openTestDatabase(migrations)) as PgliteDatabase;
    await first.tenant('a', (tx) => tx.query(`INSERT INTO note VALUES ('a', '1')`));
    const snapshot = await first.snapshot();
    const second = await PgliteDatabase.open({ folder: null, migrations, snapshot });
    await second.tenant('a', (tx) => tx.query(`INSERT INTO note VALUES ('a', '2')`));
    const idsOf = (database: PgliteDatabase) =>
      database.tenant('a', (tx) => tx.query('SELECT id FROM note ORDER BY id'));
    expect([await idsOf(first), await idsOf(second)]).toEqual([[{ id: '1' }], [{ id: '1' }, { id: '2' }]]);
    await Promise.all([first.close(), second.close()]);
  });
});
