import { randomBytes } from 'node:crypto';
import pg from 'pg';

const DURABLE = ['fsync', 'synchronous_commit', 'full_page_writes'] as const;

async function once<T>(connectionString: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** An empty database of its own on a server that keeps what it acknowledges. @throws Error when it does not */
export async function withDatabase<T>(server: string, work: (url: string) => Promise<T>): Promise<T> {
  const name = `bench_${randomBytes(4).toString('hex')}`;
  await once(server, async (client) => {
    for (const setting of DURABLE) {
      const { rows } = await client.query<Record<string, string>>(`SHOW ${setting}`);
      if (rows[0]?.[setting] !== 'on') throw new Error(`PostgreSQL has ${setting} off: start it with --durable`);
    }
    await client.query(`CREATE DATABASE ${name}`);
  });
  const url = new URL(server);
  url.pathname = `/${name}`;
  try {
    return await work(url.href);
  } finally {
    await once(server, (client) => client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
  }
}
