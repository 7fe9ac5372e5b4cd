import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Migration } from '../core/index.ts';
import { PgliteDatabase } from './index.ts';

jest.setTimeout(60_000); // a new folder takes seconds to make

const migrations: readonly Migration[] = [
  { id: 'spec/0001-note', sql: 'CREATE TABLE note (tenant text NOT NULL, id text NOT NULL)', tenantTables: ['note'] },
];

describe('PGlite in a folder', () => {
  let folder: string;
  beforeAll(() => {
    folder = join(mkdtempSync(join(tmpdir(), 'dmitry-folder-')), 'data');
  });
  afterAll(() => {
    rmSync(join(folder, '..'), { recursive: true });
  });

  it('keeps rows from one opener to the next, who is refused meanwhile', async () => {
    const first = await PgliteDatabase.open({ folder, migrations });
    await first.tenant('a', (tx) => tx.query(`INSERT INTO note VALUES ('a', '1')`));
    await expect(PgliteDatabase.open({ folder, migrations })).rejects.toMatchObject({ code: 'storage.locked' });
    await first.close();

    const second = await PgliteDatabase.open({ folder, migrations });
    expect(await second.tenant('a', (tx) => tx.query('SELECT id FROM note'))).toEqual([{ id: '1' }]);
    await second.close();
  });

  it('gives the folder back when it cannot be opened', async () => {
    const changed = [{ ...migrations[0], id: 'spec/0001-note', sql: 'CREATE TABLE other (id text)' }];
    await expect(PgliteDatabase.open({ folder, migrations: changed })).rejects.toMatchObject({
      code: 'storage.migration_changed',
    });
    const next = await PgliteDatabase.open({ folder, migrations });
    await expect(next.close()).resolves.toBeUndefined();
  });

  it('finishes the transactions that were asked for before it closes', async () => {
    const database = await PgliteDatabase.open({ folder, migrations });
    const writing = database.tenant('a', (tx) => tx.query(`INSERT INTO note VALUES ('a', '2') RETURNING id`));
    await database.close();
    expect(await writing).toEqual([{ id: '2' }]);
  });
});
