import { assertNoOpenTransaction, runInTransaction } from '@dmitry/kit';
import type { Database, Tx } from '@dmitry/storage';

/** What a transaction of files ends with: everything it staged goes to the disk together, or nothing does. */
export interface Staging {
  /** Durable when it resolves. */
  commit(tx: Tx): Promise<void>;
  rollback(tx: Tx): void;
  /** @throws DmitryError when nothing can be written any more */
  check(): void;
}

/**
 * Transactions over files: no SQL; work that rejects leaves nothing behind, work that resolves is on the disk. A transaction inside
 * another is refused, as a database does.
 */
export function createFileTransactions(staging: Staging, close: () => Promise<void>): Database {
  async function transaction<T>(tenant: string | null, work: (tx: Tx) => Promise<T>): Promise<T> {
    assertNoOpenTransaction('a transaction');
    const tx: Tx = {
      tenant,
      query: () => Promise.reject(new TypeError('a ledger in files has no SQL')),
      signal: () => Promise.resolve(), // one process writes the folder: nobody else waits for word
    };
    let result: T;
    try {
      result = await runInTransaction(() => work(tx));
    } catch (error) {
      staging.rollback(tx);
      throw error;
    }
    await staging.commit(tx);
    return result;
  }
  return {
    tenant: (tenant, work) => transaction(tenant, work),
    worker: (work) => transaction(null, work),
    ping: async () => staging.check(),
    close,
  };
}
