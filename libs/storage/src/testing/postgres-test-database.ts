import { randomBytes } from 'node:crypto';
import pg from 'pg';
import type { Database, Migration } from '../core/index.ts';
import { PostgresDatabase, type PostgresOptions } from '../postgres/index.ts';

/** A fresh database on a real server, dropped when it is closed. `url` names a user that may create databases. */
export async function openPostgresTestDatabase(
  url: string,
  migrations: readonly Migration[],
  options: Partial<PostgresOptions> = {},
): Promise<Database> {
  const own = await createDatabase(url);
  const database = await PostgresDatabase.open({ url: own.url, migrations, maxConnections: 5, ...options }).catch(
    async (error: unknown) => {
      await own.drop();
      throw error;
    },
  );
  return {
    tenant: (tenant, work, how) => database.tenant(tenant, work, how),
    worker: (work, how) => database.worker(work, how),
    ping: () => database.ping(),
    close: async () => {
      await database.close();
      await own.drop();
    },
  };
}

/** An empty database on the server, and what drops it. */
export async function createDatabase(url: string): Promise<{ readonly url: string; drop(): Promise<void> }> {
  const name = `dmitry_test_${randomBytes(6).toString('hex')}`;
  await asAdministrator(url, `CREATE DATABASE ${name}`);
  const own = new URL(url);
  own.pathname = `/${name}`;
  return { url: own.href, drop: () => asAdministrator(url, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}

async function asAdministrator(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
