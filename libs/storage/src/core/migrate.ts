import { createHash } from 'node:crypto';
import { DmitryError } from '@dmitry/kit';
import { grantWorkerTable, protectTenantTable, rolesSql, TENANT_ROLE, WORKER_ROLE } from './database-roles.ts';
import type { Migration } from './migration.ts';
import type { SqlConnection } from './sql-connection.port.ts';
import { storageMigrations } from './storage-migrations.ts';

/** Any number will do that nobody else in the database uses for an advisory lock: the letters `dmitry`. */
const MIGRATION_LOCK = 0x64_6d_69_74_72_79;

/** Digest of what a migration does, kept with the fact that it was applied. */
const migrationDigest = ({ sql, tenantTables = [], workerTables = [] }: Migration): string =>
  createHash('sha256')
    .update(JSON.stringify([sql, tenantTables, workerTables]))
    .digest('hex');

/** Digest of the whole schema that `migrate` makes of `migrations`, what protects its tables included. */
export function schemaFingerprint(migrations: readonly Migration[]): string {
  const steps = orderedMigrations(migrations).map((migration) => [migration.id, migrationDigest(migration)]);
  const protection = [preparation, protectTenantTable('t'), grantWorkerTable('t')];
  return createHash('sha256')
    .update(JSON.stringify([protection, steps]))
    .digest('hex');
}

/**
 * The library's own migrations and then those given, each once: libraries in the order of their first one, by id within.
 * @throws DmitryError `storage.migration_changed` when two of one id differ
 */
export function orderedMigrations(migrations: readonly Migration[]): Migration[] {
  const byId = new Map<string, Migration>();
  const libraries = new Map<string, number>();
  for (const migration of [...storageMigrations, ...migrations]) {
    const known = byId.get(migration.id);
    if (known && migrationDigest(known) !== migrationDigest(migration)) throw changed(migration.id);
    byId.set(migration.id, migration);
    const library = libraryOf(migration);
    if (!libraries.has(library)) libraries.set(library, libraries.size);
  }
  const place = (migration: Migration): number => libraries.get(libraryOf(migration)) ?? 0;
  return [...byId.values()].sort((a, b) => place(a) - place(b) || (a.id < b.id ? -1 : 1));
}

const libraryOf = (migration: Migration): string => migration.id.split('/')[0] ?? '';

const changed = (id: string): DmitryError =>
  new DmitryError(
    'storage.migration_changed',
    `migration ${id} is not what was applied under that id: leave it as it was and add a new one`,
    {
      context: { migration: id },
    },
  );

/**
 * Brings a database to the schema of `migrations`, in one transaction under an advisory lock: processes that start together wait for each
 * other, and a failure leaves the schema as it was. Migrations that the database has and the list lacks are another release's and stay.
 * @throws DmitryError `storage.migration_changed`, `storage.migration_failed`, `storage.table_unprotected`
 */
export async function migrate(connection: SqlConnection, migrations: readonly Migration[]): Promise<void> {
  const wanted = orderedMigrations(migrations);
  if ((await pending(connection, wanted)).length === 0) return;
  try {
    await connection.script('BEGIN');
    await connection.query('SELECT pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
    await connection.script(preparation);
    for (const migration of await pending(connection, wanted)) await apply(connection, migration);
    await refuseUnprotected(connection, wanted);
  } catch (error) {
    await connection.rollback();
    throw error;
  }
  await connection.commit();
}

const preparation = `
${rolesSql}
DO $$ BEGIN EXECUTE format('GRANT USAGE ON SCHEMA %I TO ${TENANT_ROLE}, ${WORKER_ROLE}', current_schema()); END $$;
CREATE TABLE IF NOT EXISTS schema_migration (
  id text PRIMARY KEY,
  digest text NOT NULL,
  applied_at timestamptz NOT NULL DEFAULT now()
);`;

async function pending(connection: SqlConnection, wanted: readonly Migration[]): Promise<Migration[]> {
  const [table] = await connection.query<{ name: string | null }>(
    `SELECT to_regclass('schema_migration')::text AS name`,
  );
  if (!table?.name) return [...wanted];
  const rows = await connection.query<{ id: string; digest: string }>('SELECT id, digest FROM schema_migration');
  const applied = new Map(rows.map(({ id, digest }) => [id, digest]));
  for (const migration of wanted) {
    const digest = applied.get(migration.id);
    if (digest !== undefined && digest !== migrationDigest(migration)) throw changed(migration.id);
  }
  return wanted.filter(({ id }) => !applied.has(id));
}

async function apply(connection: SqlConnection, migration: Migration): Promise<void> {
  try {
    await connection.script(migration.sql);
    for (const name of migration.tenantTables ?? []) await connection.script(protectTenantTable(name));
    for (const name of migration.workerTables ?? []) await connection.script(grantWorkerTable(name));
  } catch (error) {
    throw new DmitryError(
      'storage.migration_failed',
      `migration ${migration.id} failed and nothing was changed: see its cause`,
      {
        context: { migration: migration.id },
        cause: error,
      },
    );
  }
  await connection.query('INSERT INTO schema_migration (id, digest) VALUES ($1, $2)', [
    migration.id,
    migrationDigest(migration),
  ]);
}

/** A table with a tenant column that nobody named would be open to none or, worse, granted later without a policy. */
async function refuseUnprotected(connection: SqlConnection, wanted: readonly Migration[]): Promise<void> {
  const workers = wanted.flatMap(({ workerTables = [] }) => workerTables);
  const open = await connection.query<{ name: string }>(
    `SELECT c.relname AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
      WHERE a.attname = 'tenant' AND NOT a.attisdropped AND c.relkind IN ('r', 'p') AND NOT c.relispartition
        AND c.relnamespace = current_schema()::regnamespace AND NOT c.relforcerowsecurity AND c.relname <> ALL ($1::text[])`,
    [workers],
  );
  if (open.length === 0) return;
  const names = open.map(({ name }) => name).join(', ');
  throw new DmitryError(
    'storage.table_unprotected',
    `tables with a tenant column but no row-level security: ${names}; name them in tenantTables`,
    {
      context: { tables: names },
    },
  );
}
