import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { RandomIds, SystemClock } from '@dmitry/kit/node';
import { describeWithService } from '@dmitry/kit/testing';
import pg from 'pg';
import type { Database, Migration, Tx } from '../src/core/index.ts';
import { PostgresDatabase } from '../src/postgres/index.ts';
import { createDataKeys } from '../src/sql/index.ts';
import { createDatabase, openPostgresTestDatabase } from '../src/testing/index.ts';

const migrations: readonly Migration[] = [
  {
    id: 'faults/0001-note',
    sql: `
CREATE TABLE note (tenant text NOT NULL, id text NOT NULL, amount int NOT NULL DEFAULT 0, PRIMARY KEY (tenant, id));
CREATE FUNCTION die_at_commit() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER die AFTER INSERT ON note DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (NEW.id = 'die at commit') EXECUTE FUNCTION die_at_commit();`,
    tenantTables: ['note'],
  },
];
const insert = (tx: Tx, id: string): Promise<unknown> =>
  tx.query('INSERT INTO note (tenant, id) VALUES ($1, $2)', [tx.tenant, id]);

/** Resolves once `wanted` callers have arrived. */
function meeting(wanted: number): () => Promise<void> {
  const met = Promise.withResolvers<void>();
  let here = 0;
  return () => {
    here += 1;
    if (here >= wanted) met.resolve();
    return met.promise;
  };
}

describeWithService('postgres', 'faults of a real PostgreSQL', (url) => {
  let database: Database;
  beforeAll(async () => {
    database = await openPostgresTestDatabase(url, migrations, { lockTimeoutMs: 50, statementTimeoutMs: 2_000 });
    await database.tenant('a', async (tx) => {
      await insert(tx, '1');
      await insert(tx, '2');
    });
  });
  afterAll(() => database.close());

  it('brings both of two serializable transactions through that were in each other’s way', async () => {
    const both = meeting(2);
    let attempts = 0;
    const bump = async (tx: Tx): Promise<void> => {
      attempts += 1;
      const [sum] = await tx.query<{ sum: string }>('SELECT sum(amount) AS sum FROM note');
      await both();
      await tx.query('INSERT INTO note (tenant, id, amount) VALUES ($1, $2, $3)', [
        's',
        `s${attempts}`,
        Number(sum?.sum ?? 0) + 1,
      ]);
    };
    await Promise.all([1, 2].map(() => database.tenant('s', bump, { isolation: 'serializable' })));
    expect(attempts).toBeGreaterThan(2);
    const rows = await database.tenant('s', (tx) => tx.query('SELECT amount FROM note ORDER BY amount'));
    expect(rows).toEqual([{ amount: 1 }, { amount: 2 }]);
  });

  it('brings both of two transactions through that were deadlocked', async () => {
    const patient = await openPostgresTestDatabase(url, migrations);
    await patient.tenant('a', async (tx) => {
      await insert(tx, '1');
      await insert(tx, '2');
    });
    const both = meeting(2);
    const bump = (first: string, second: string): Promise<void> =>
      patient.tenant('a', async (tx) => {
        const add = (id: string): Promise<unknown> =>
          tx.query('UPDATE note SET amount = amount + 1 WHERE id = $1', [id]);
        await add(first);
        await both();
        await add(second);
      });
    await Promise.all([bump('1', '2'), bump('2', '1')]);
    const rows = await patient.tenant('a', (tx) => tx.query('SELECT amount FROM note'));
    expect(rows).toEqual([{ amount: 2 }, { amount: 2 }]);
    await patient.close();
  });

  it('gives the second of two who make a data key at once the key of the first', async () => {
    const patient = await openPostgresTestDatabase(url, []);
    const ids = new RandomIds(new SystemClock());
    const keys = createDataKeys({ ids, masterKey: ids.bytes(32) });
    const waiting = (tx: Tx): Promise<unknown[]> => tx.query('SELECT FROM pg_locks WHERE NOT granted');
    for (const isolation of ['read committed', 'repeatable read'] as const) {
      const made = Promise.withResolvers<void>();
      const first = patient.tenant('a', async (tx) => {
        const key = await keys.current(tx, isolation);
        made.resolve();
        while ((await waiting(tx)).length === 0); // until the second stands before our row
        return key;
      });
      await made.promise;
      const second = patient.tenant('a', (tx) => keys.current(tx, isolation), { isolation });
      expect(await second).toEqual(await first);
    }
    await patient.close();
  });

  it('waits for a lock no longer than it was told to', async () => {
    const held = Promise.withResolvers<void>();
    const done = Promise.withResolvers<void>();
    const holder = database.tenant('a', async (tx) => {
      await tx.query('SELECT FROM note FOR UPDATE');
      held.resolve();
      await done.promise;
    });
    await held.promise;
    const waiting = database.tenant('a', (tx) => tx.query('SELECT FROM note FOR UPDATE'));
    await expect(waiting).rejects.toMatchObject({ code: 'storage.timeout', retryable: true });
    done.resolve();
    await holder;
  });

  it('says that a commit whose answer was lost is unknown', async () => {
    const lost = database.tenant('a', (tx) => insert(tx, 'die at commit'));
    await expect(lost).rejects.toMatchObject({ code: 'storage.commit_unknown', retryable: false });
  });

  it('says that it is unavailable when the session ends under a statement, and goes on with a new session', async () => {
    const cut = database.tenant('a', async (tx) => {
      const [own] = await tx.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      const killer = new pg.Client({ connectionString: url });
      await killer.connect();
      await killer.query('SELECT pg_terminate_backend($1)', [own?.pid]);
      await killer.end();
      await tx.query('SELECT 1');
    });
    await expect(cut).rejects.toMatchObject({ code: 'storage.unavailable', retryable: true });
    await expect(database.ping()).resolves.toBeUndefined();
  });

  it('says that it is unavailable when nobody listens there', async () => {
    const nobody = PostgresDatabase.open({ url: 'postgres://x:y@127.0.0.1:1/x', migrations: [] });
    await expect(nobody).rejects.toMatchObject({ code: 'storage.unavailable' });
  });

  it('lets processes that start together on one new database all come up', async () => {
    const own = await createDatabase(url);
    const opened = await Promise.all([1, 2, 3, 4].map(() => PostgresDatabase.open({ url: own.url, migrations })));
    await opened[3]?.tenant('a', (tx) => insert(tx, '1'));
    expect(await opened[0]?.tenant('a', (tx) => tx.query('SELECT id FROM note'))).toEqual([{ id: '1' }]);
    await Promise.all(opened.map((each) => each.close()));
    await own.drop();
  });

  it('runs as a user who is no superuser and owns the tables, whom the policies bind too', async () => {
    const own = await createDatabase(url);
    const name = `dmitry_owner_${new URL(own.url).pathname.slice(-6)}`;
    const admin = new pg.Client({ connectionString: own.url });
    await admin.connect();
    await admin.query(`CREATE ROLE ${name} LOGIN PASSWORD 'x' NOSUPERUSER NOBYPASSRLS`);
    await admin.query(`GRANT dmitry_tenant, dmitry_worker TO ${name}; GRANT ALL ON SCHEMA public TO ${name}`);
    const plain = Object.assign(new URL(own.url), { username: name, password: 'x' }).href;
    const ordinary = await PostgresDatabase.open({ url: plain, migrations });
    await ordinary.tenant('a', (tx) => insert(tx, '1'));
    expect(await ordinary.tenant('b', (tx) => tx.query('SELECT FROM note'))).toEqual([]);
    await ordinary.close();

    const owner = new pg.Client({ connectionString: plain });
    await owner.connect();
    expect((await owner.query('SELECT FROM note')).rowCount).toBe(0);
    await owner.end();
    await admin.end();
    await own.drop();
    const server = new pg.Client({ connectionString: url });
    await server.connect();
    await server.query(`DROP ROLE ${name}`);
    await server.end();
  });
});
