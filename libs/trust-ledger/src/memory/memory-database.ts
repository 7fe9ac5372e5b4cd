import { assertNoOpenTransaction, runInTransaction } from '@dmitry/kit';
import type { Database, Tx } from '@dmitry/storage';

type Settled = (committed: boolean) => void;

const observers = new WeakMap<Tx, Settled[]>();

/** Whether somebody will say how the transaction ended. */
export const isObserved = (tx: Tx): boolean => observers.has(tx);

/** Calls `settled` once the transaction has ended. */
export const onSettled = (tx: Tx, settled: Settled): void => {
  observers.get(tx)?.push(settled);
};

/**
 * Transactions for what is kept in memory: there is no SQL, but work that rejects leaves nothing behind, and a transaction inside
 * another is refused, as a real database does.
 */
export function createMemoryDatabase(): Database {
  async function transaction<T>(tenant: string | null, work: (tx: Tx) => Promise<T>): Promise<T> {
    assertNoOpenTransaction('a transaction');
    const tx: Tx = {
      tenant,
      query: () => Promise.reject(new TypeError('a database in memory has no SQL')),
      signal: () => Promise.resolve(),
    };
    const settled: Settled[] = [];
    observers.set(tx, settled);
    let committed = false;
    try {
      const result = await runInTransaction(() => work(tx));
      committed = true;
      return result;
    } finally {
      observers.delete(tx);
      for (const each of settled) each(committed);
    }
  }
  return {
    tenant: (tenant, work) => transaction(tenant, work),
    worker: (work) => transaction(null, work),
    ping: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}
