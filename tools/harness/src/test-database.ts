import { Client } from 'pg';

/** A database of one suite. */
export interface TestDatabase {
  readonly url: string;
  /** Reads and writes as the owner: what the product's roles see is not what a suite checks with. */
  query<T extends object>(sql: string, values?: readonly unknown[]): Promise<T[]>;
  /** Refuses connections and ends those that are there, or takes them again: what the apps see when PostgreSQL is gone. */
  allowConnections(allow: boolean): Promise<void>;
  drop(): Promise<void>;
}

/** Creates an empty database on a server. @param name lower-case letters, digits and underscores */
export async function createTestDatabase(serverUrl: string, name: string): Promise<TestDatabase> {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  const admin = (sql: string): Promise<unknown> => once(serverUrl, (client) => client.query(sql));
  const end = (): Promise<unknown> =>
    admin(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}'`);
  await admin(`CREATE DATABASE ${name}`);
  return {
    url: url.href,
    query: async <T extends object>(sql: string, values: readonly unknown[] = []) => {
      const { rows } = await once(url.href, (client) => client.query<T>(sql, [...values]));
      return rows;
    },
    allowConnections: async (allow) => {
      await admin(`ALTER DATABASE ${name} ALLOW_CONNECTIONS ${allow}`);
      if (!allow) await end();
    },
    drop: async () => {
      await admin(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    },
  };
}

async function once<T>(connectionString: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
