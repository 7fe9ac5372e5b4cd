import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { PGlite } from '@electric-sql/pglite';
import { PgliteConnection } from '../pglite/pglite-connection.ts';
import { migrate, type Migration, storageMigrations } from './index.ts';
import { orderedMigrations } from './migrate.ts';

jest.setTimeout(60_000);

const table = (id: string, name: string, rest: Partial<Migration> = {}): Migration => ({
  id,
  sql: `CREATE TABLE ${name} (tenant text NOT NULL)`,
  tenantTables: [name],
  ...rest,
});
const first = table('x/0001-one', 'one');
const second = table('x/0002-two', 'two');

describe('migrate', () => {
  let engine: PGlite;
  let connection: PgliteConnection;
  let schemas = 0;
  beforeAll(async () => {
    engine = await PGlite.create();
    connection = new PgliteConnection(engine);
  });
  afterAll(() => engine.close());

  /** Brings an empty schema to `before` and then to `after`. @returns which of the two tables there are then */
  async function upgrade(before: readonly Migration[], after: readonly Migration[]): Promise<string[]> {
    const schema = `schema_${schemas++}`;
    await connection.script(`CREATE SCHEMA ${schema}; SET search_path TO ${schema}`);
    await migrate(connection, before);
    await migrate(connection, after);
    return tables();
  }
  async function tables(): Promise<string[]> {
    const rows = await connection.query<{ name: string }>(
      `SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace
          AND relname IN ('one', 'two') ORDER BY 1`,
    );
    return rows.map(({ name }) => name);
  }

  it('adds what a database lacks and keeps what a newer release had added', async () => {
    expect(await upgrade([first], [first, second])).toEqual(['one', 'two']);
    expect(await upgrade([first, second], [first])).toEqual(['one', 'two']);
  });

  it('refuses to start when an applied migration was changed', async () => {
    const changed = upgrade([first], [table(first.id, 'one', { workerTables: ['one'] })]);
    await expect(changed).rejects.toMatchObject({
      code: 'storage.migration_changed',
      context: { migration: first.id },
    });
  });

  it('changes nothing when one of several fails, and names it', async () => {
    const broken: Migration = { id: 'x/0003-broken', sql: 'CREATE TABLE' };
    await expect(upgrade([first], [first, second, broken])).rejects.toMatchObject({
      code: 'storage.migration_failed',
      context: { migration: broken.id },
    });
    expect(await tables()).toEqual(['one']);
    await expect(migrate(connection, [first, second])).resolves.toBeUndefined();
  });

  it('refuses a table with a tenant column that nobody protected', async () => {
    const open = upgrade([first], [first, { id: 'x/0004-open', sql: 'CREATE TABLE open (tenant text)' }]);
    await expect(open).rejects.toMatchObject({ code: 'storage.table_unprotected', context: { tables: 'open' } });
  });

  it('refuses a table name that could be more than a name', async () => {
    const hostile = upgrade(
      [first],
      [first, { id: 'x/0005-hostile', sql: 'SELECT 1', tenantTables: ['one"; DROP TABLE one; --'] }],
    );
    await expect(hostile).rejects.toMatchObject({ code: 'storage.migration_failed' });
  });
});

describe('the order of migrations', () => {
  it('is by library as given and by id within, own tables first, each once', () => {
    const ids = orderedMigrations([second, table('a/0001-x', 'three'), first, ...storageMigrations, second]).map(
      ({ id }) => id,
    );
    expect(ids).toEqual([...storageMigrations.map(({ id }) => id), 'x/0001-one', 'x/0002-two', 'a/0001-x']);
  });

  it('refuses two different migrations of one id', () => {
    expect(() => orderedMigrations([first, table(first.id, 'other')])).toThrow(
      expect.objectContaining({ code: 'storage.migration_changed' }),
    );
  });
});
