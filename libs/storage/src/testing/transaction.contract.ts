import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { inTransaction } from '@dmitry/kit';
import { clearWork, type Database, listWork, type Tx } from '../core/index.ts';
import { contractMigrations, type OpenDatabase } from './contract-schema.ts';

const raise = (tx: Tx, sqlstate: string): Promise<unknown> =>
  tx.query(`DO $$ BEGIN RAISE EXCEPTION 'on purpose' USING ERRCODE = '${sqlstate}'; END $$`);
const write = (tx: Tx, id: string, amount = 0): Promise<unknown> =>
  tx.query('INSERT INTO note (tenant, id, amount) VALUES ($1, $2, $3)', [tx.tenant, id, amount]);
const read = (tx: Tx): Promise<{ id: string; amount: number }[]> => tx.query('SELECT id, amount FROM note ORDER BY id');

export function describeTransactionContract(name: string, open: OpenDatabase): void {
  describe(`transactions: ${name}`, () => {
    let database: Database;
    const notes = (tenant = 'a'): Promise<{ id: string; amount: number }[]> => database.tenant(tenant, read);

    beforeAll(async () => {
      database = await open(contractMigrations);
    });
    beforeEach(async () => {
      for (const tenant of ['a', 'b']) await database.tenant(tenant, (tx) => tx.query('DELETE FROM note'));
      await database.worker((tx) => tx.query('DELETE FROM work'));
    });
    afterAll(() => database.close());

    it('commits what resolved and answers with its result', async () => {
      expect(await database.tenant('a', async (tx) => write(tx, '1', 5).then(() => 'done'))).toBe('done');
      expect(await notes()).toEqual([{ id: '1', amount: 5 }]);
    });

    it('leaves nothing of a transaction that rejected, and passes its own error on as it is', async () => {
      const mine = new RangeError('mine');
      const failed = database.tenant('a', async (tx) => {
        await write(tx, '1');
        throw mine;
      });
      await expect(failed).rejects.toBe(mine);
      expect(await notes()).toEqual([]);
    });

    it('does not claim a commit when a statement failed and its error was swallowed', async () => {
      const swallowed = database.tenant('a', async (tx) => {
        await write(tx, '1');
        await tx.query('SELECT 1 / 0').catch(() => undefined);
      });
      await expect(swallowed).rejects.toMatchObject({ code: 'storage.transaction_aborted' });
      expect(await notes()).toEqual([]);
    });

    it('refuses a transaction inside a transaction, and allows one after it', async () => {
      const nested = database.tenant('a', () => database.worker(() => Promise.resolve()));
      await expect(nested).rejects.toMatchObject({ code: 'storage.transaction_open' });
      await database.tenant('a', () => Promise.resolve(expect(inTransaction()).toBe(true)));
      expect(inTransaction()).toBe(false);
      await expect(database.worker(() => Promise.resolve('free'))).resolves.toBe('free');
    });

    it('runs the statements of a transaction one after the other, all of them before it ends', async () => {
      await database.tenant('a', (tx) => {
        void write(tx, '1'); // nobody waits for these
        void tx.query('UPDATE note SET amount = amount + 1');
        return Promise.all([tx.query('UPDATE note SET amount = amount * 10'), write(tx, '2', 7)]);
      });
      expect(await notes()).toEqual([
        { id: '1', amount: 10 },
        { id: '2', amount: 7 },
      ]);
    });

    it('answers no query on a transaction that has ended', async () => {
      const kept = await database.tenant('a', (tx) => Promise.resolve(tx));
      await expect(kept.query('SELECT 1')).rejects.toMatchObject({ code: 'storage.transaction_closed' });
      await expect(kept.signal('k')).rejects.toMatchObject({ code: 'storage.transaction_closed' });
    });

    it.each(['40001', '40P01'])('runs the whole function again after %s', async (sqlstate) => {
      let attempts = 0;
      await database.tenant('a', async (tx) => {
        await write(tx, '1');
        if (++attempts < 3) await raise(tx, sqlstate);
      });
      expect(attempts).toBe(3);
      expect(await notes()).toHaveLength(1);
    });

    it('gives up after five attempts and says that it may be tried later', async () => {
      let attempts = 0;
      const failed = database.tenant('a', (tx) => {
        attempts += 1;
        return raise(tx, '40001');
      });
      await expect(failed).rejects.toMatchObject({ code: 'storage.contention', retryable: true });
      expect(attempts).toBe(5);
    });

    it('names a broken rule of the schema, never the values', async () => {
      await database.tenant('a', (tx) => write(tx, 'secret'));
      const error: unknown = await database.tenant('a', (tx) => write(tx, 'secret')).catch((fault: unknown) => fault);
      expect(error).toMatchObject({
        code: 'storage.conflict',
        context: { sqlstate: '23505', constraint: 'note_pkey' },
      });
      expect((error as Error).message).not.toContain('secret');
    });

    it('tells a statement that took too long from one that is wrong', async () => {
      await expect(database.tenant('a', (tx) => raise(tx, '57014'))).rejects.toMatchObject({ code: 'storage.timeout' });
      await expect(database.tenant('a', (tx) => tx.query('SELEC'))).rejects.toMatchObject({
        code: 'storage.query_failed',
      });
    });

    it('refuses a tenant name that is none before anything runs', async () => {
      for (const tenant of ['', `a'; RESET ROLE; --`, 'a b', 'x'.repeat(129)])
        await expect(database.tenant(tenant, read)).rejects.toMatchObject({ code: 'storage.tenant_invalid' });
    });

    it('writes nothing in a read-only transaction and takes the isolation asked for', async () => {
      const refused = database.tenant('a', (tx) => write(tx, '1'), { readOnly: true });
      await expect(refused).rejects.toMatchObject({ context: { sqlstate: '25006' } });
      const level = (tx: Tx): Promise<unknown> => tx.query('SHOW transaction_isolation');
      const shown = await database.tenant('a', level, { isolation: 'serializable' });
      expect(shown).toEqual([{ transaction_isolation: 'serializable' }]);
      expect(await database.tenant('a', level)).toEqual([{ transaction_isolation: 'read committed' }]);
    });

    it('keeps each of many concurrent transactions to its own tenant', async () => {
      const tenants = Array.from({ length: 24 }, (_, at) => (at % 2 ? 'a' : 'b'));
      await Promise.all(tenants.map((tenant, at) => database.tenant(tenant, (tx) => write(tx, String(at)))));
      expect((await notes('a')).map(({ id }) => Number(id) % 2)).toEqual(Array.from({ length: 12 }, () => 1));
      expect(await notes('b')).toHaveLength(12);
    });

    it('loses no update where rows are locked first', async () => {
      await database.tenant('a', (tx) => write(tx, '1'));
      const bump = (tx: Tx): Promise<unknown> =>
        tx
          .query<{ amount: number }>('SELECT amount FROM note FOR UPDATE')
          .then(([row]) => tx.query('UPDATE note SET amount = $1', [(row?.amount ?? 0) + 1]));
      await Promise.all(Array.from({ length: 10 }, () => database.tenant('a', bump)));
      expect(await notes()).toEqual([{ id: '1', amount: 10 }]);
    });

    describe('signals', () => {
      const listed = (kind: string): Promise<string[]> =>
        database.worker(async (tx) => (await listWork(tx, kind)).map(({ tenant }) => tenant));

      it('reach the worker with the commit, one entry a tenant', async () => {
        await database.tenant('b', (tx) => tx.signal('k').then(() => tx.signal('k')));
        await database.tenant('a', (tx) => tx.signal('k'));
        await database.tenant('b', (tx) => tx.signal('k'));
        await database.tenant('a', (tx) => tx.signal('other'));
        expect(await listed('k')).toEqual(['b', 'a']);
      });

      it('are gone with the transaction that rolled back', async () => {
        const failed = database.tenant('a', (tx) => tx.signal('k').then(() => raise(tx, '22012')));
        await expect(failed).rejects.toThrow();
        expect(await listed('k')).toEqual([]);
      });

      it('that come while the work is done are not cleared with it', async () => {
        await database.tenant('a', (tx) => tx.signal('k'));
        const [item] = await database.worker((tx) => listWork(tx, 'k'));
        await database.tenant('a', (tx) => tx.signal('k')); // commits after the worker looked
        await database.worker((tx) => (item ? clearWork(tx, item) : Promise.reject(new Error('nothing listed'))));
        expect(await listed('k')).toEqual(['a']);
      });

      it('need a tenant', async () => {
        await expect(database.worker((tx) => tx.signal('k'))).rejects.toThrow(TypeError);
      });
    });

    it('answers a ping, and nothing after it was closed', async () => {
      const own = await open([]);
      await expect(own.ping()).resolves.toBeUndefined();
      await own.close();
      await own.close();
      await expect(own.ping()).rejects.toMatchObject({ code: 'storage.closed' });
      await expect(own.worker(() => Promise.resolve())).rejects.toMatchObject({ code: 'storage.closed' });
    });
  });
}
