import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Database, type Row, TENANT_ROLE, WORKER_ROLE } from '../core/index.ts';

export interface IsolationOptions {
  /** Table → columns that a row needs to pass the table's own checks, where the type alone does not tell. */
  readonly rows?: Readonly<Record<string, Row>>;
}

interface TenantTable extends Row {
  readonly name: string;
  readonly forced: boolean;
  readonly readable: boolean;
  readonly shared: boolean;
}

interface Column extends Row {
  readonly name: string;
  readonly type: string;
}

const TABLES = `
SELECT c.relname AS name, c.relforcerowsecurity AND c.relrowsecurity AS forced,
       has_table_privilege('${TENANT_ROLE}', c.oid, 'SELECT') AS readable,
       has_table_privilege('${WORKER_ROLE}', c.oid, 'SELECT') AS shared
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
 WHERE a.attname = 'tenant' AND NOT a.attisdropped AND c.relkind IN ('r', 'p') AND NOT c.relispartition
   AND c.relnamespace = current_schema()::regnamespace
 ORDER BY c.relname`;

const DEMANDED_COLUMNS = `
SELECT a.attname AS name, format_type(a.atttypid, NULL) AS type
  FROM pg_attribute a
 WHERE a.attrelid = to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped AND a.attnotnull
   AND NOT a.atthasdef AND a.attidentity = '' AND a.attgenerated = '' AND a.attname <> 'tenant'`;

/** Something of each type that a column may demand; the same everywhere, so that references between tables hold. */
const FILLING: Readonly<Record<string, unknown>> = {
  bigint: 1,
  integer: 1,
  smallint: 1,
  'double precision': 1,
  numeric: 1,
  boolean: true,
  bytea: new Uint8Array([1]),
  jsonb: '{}',
  json: '{}',
  'timestamp with time zone': new Date(0),
  date: '1970-01-01',
  uuid: '00000000-0000-7000-8000-000000000000',
  'text[]': [],
};

async function fill(database: Database, tenant: string, table: string, given: Row): Promise<void> {
  await database.tenant(tenant, async (tx) => {
    const columns = await tx.query<Column>(DEMANDED_COLUMNS, [table]);
    const row: Row = { tenant };
    for (const { name, type } of columns) row[name] = FILLING[type] ?? 'x';
    Object.assign(row, given);
    const places = Object.keys(row).map((_, at) => `$${at + 1}`);
    const names = Object.keys(row).map((name) => `"${name}"`);
    await tx.query(`INSERT INTO "${table}" (${names.join(', ')}) VALUES (${places.join(', ')})`, Object.values(row));
  });
}

/** Writes a row of tenant a into each table, those first that others refer to. @returns table → why it could not be written */
async function fillAll(
  database: Database,
  tables: readonly string[],
  rows: IsolationOptions['rows'] = {},
): Promise<Map<string, unknown>> {
  const left = new Map<string, unknown>(tables.map((name) => [name, 'not tried']));
  for (let before = -1; left.size > 0 && before !== left.size;) {
    before = left.size;
    for (const name of left.keys()) {
      await fill(database, 'a', name, rows[name] ?? {}).then(
        () => left.delete(name),
        (error: unknown) => left.set(name, error),
      );
    }
  }
  return left;
}

/**
 * Walks every table with a tenant column that the database has, whoever made it: forced row-level security, and neither reading nor writing
 * across tenants. Give it all migrations of a product once and it covers the product.
 */
export function describeIsolationContract(
  name: string,
  open: () => Promise<Database>,
  { rows }: IsolationOptions = {},
): void {
  describe(`tenant isolation: ${name}`, () => {
    let database: Database;
    let tables: TenantTable[];

    beforeAll(async () => {
      database = await open();
      tables = await database.tenant('a', (tx) => tx.query<TenantTable>(TABLES));
    });
    afterAll(() => database.close());

    const names = (wanted: (table: TenantTable) => boolean): string[] =>
      tables.filter(wanted).map((table) => table.name);

    it('forces row-level security on every table with a tenant column that the tenant role may touch', () => {
      expect(tables.length).toBeGreaterThan(0);
      expect(names(({ readable, forced }) => readable && !forced)).toEqual([]);
    });

    it('gives neither role a way around it', async () => {
      const roles = await database.worker((tx) =>
        tx.query(
          `SELECT rolname, rolsuper, rolbypassrls, rolcanlogin, rolinherit,
                  (SELECT count(*) FROM pg_class WHERE relowner = r.oid) AS owned
             FROM pg_roles r WHERE rolname IN ($1, $2) ORDER BY rolname`,
          [TENANT_ROLE, WORKER_ROLE],
        ),
      );
      const harmless = { rolsuper: false, rolbypassrls: false, rolcanlogin: false, rolinherit: false, owned: '0' };
      expect(roles).toEqual([
        { rolname: TENANT_ROLE, ...harmless },
        { rolname: WORKER_ROLE, ...harmless },
      ]);
    });

    it('shows and yields no row of one tenant to another, in any table', async () => {
      const readable = names((table) => table.readable);
      const unfilled = await fillAll(database, readable, rows);
      expect(Object.fromEntries(unfilled)).toEqual({}); // a table named here needs an entry in `rows`
      for (const table of readable) {
        const seen = (tenant: string): Promise<Row[]> =>
          database.tenant(tenant, (tx) => tx.query(`SELECT FROM "${table}"`));
        expect([table, (await seen('a')).length > 0, (await seen('b')).length]).toEqual([table, true, 0]);
        for (const write of [`UPDATE "${table}" SET tenant = tenant RETURNING 1`, `DELETE FROM "${table}" RETURNING 1`])
          expect([write, await database.tenant('b', (tx) => tx.query(write)).catch(codeOf)]).toEqual([write, []]);
        expect([table, (await seen('a')).length > 0]).toEqual([table, true]);
      }
    });

    it('lets no tenant write a row for another, in any table', async () => {
      for (const { name: table } of tables) {
        const written = database.tenant('b', (tx) => tx.query(`INSERT INTO "${table}" (tenant) VALUES ('a')`));
        expect([table, await written.catch(codeOf)]).toEqual([table, 'storage.forbidden']);
      }
    });

    it('shows the worker role no table of tenants that was not granted to it', async () => {
      for (const table of names(({ shared }) => !shared)) {
        const read = database.worker((tx) => tx.query(`SELECT FROM "${table}"`));
        expect([table, await read.catch(codeOf)]).toEqual([table, 'storage.forbidden']);
      }
    });
  });
}

const codeOf = (error: unknown): unknown => (error as { code?: unknown }).code;
