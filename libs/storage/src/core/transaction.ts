import { type Clock, type IdSource, isDmitryError, runInTransaction } from '@dmitry/kit';
import type { Row, TransactionOptions, Tx } from './database.port.ts';
import { beginSql, type TransactionTenant } from './database-roles.ts';
import type { SqlConnection } from './sql-connection.port.ts';
import { transactionAborted, transactionClosed } from './storage.errors.ts';
import { WRITE_SIGNALS } from './work-list.ts';

class OpenTransaction implements Tx {
  private open = true;
  private readonly signals = new Set<string>();
  private tail: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly connection: SqlConnection,
    readonly tenant: string | null,
  ) {}

  /** One after the other: a session answers one statement at a time, and none may be under way when the transaction ends. */
  query<R extends Row = Row>(sql: string, params?: readonly unknown[]): Promise<R[]> {
    if (!this.open) return Promise.reject(transactionClosed());
    const turn = this.tail.then(() => this.connection.query<R>(sql, params));
    this.tail = turn.catch(() => undefined);
    return turn;
  }

  signal(kind: string): Promise<void> {
    if (!this.open) return Promise.reject(transactionClosed());
    if (this.tenant === null) return Promise.reject(new TypeError('a worker transaction has no tenant to signal for'));
    this.signals.add(kind);
    return Promise.resolve();
  }

  /** Ends the work: signals go out with the commit, one row a kind, however often it was said. */
  async finish(): Promise<void> {
    await this.close();
    if (this.signals.size > 0) await this.connection.query(WRITE_SIGNALS, [this.tenant, [...this.signals]]);
  }

  /** Takes no more statements and waits for those that were taken. */
  async close(): Promise<void> {
    this.open = false;
    await this.tail;
  }
}

/** One attempt at a transaction on a session that nobody else uses meanwhile. */
export function runTransaction<T>(
  connection: SqlConnection,
  tenant: TransactionTenant,
  work: (tx: Tx) => Promise<T>,
  options?: TransactionOptions,
): Promise<T> {
  const begin = beginSql(tenant, options);
  return runInTransaction(async () => {
    const tx = new OpenTransaction(connection, tenant);
    let result: T;
    try {
      await connection.script(begin);
      result = await work(tx);
      await tx.finish();
    } catch (error) {
      await tx.close();
      await connection.rollback();
      throw error;
    }
    if (!(await connection.commit())) throw transactionAborted();
    return result;
  });
}

/** How often a transaction is begun before contention becomes the caller's problem. */
const ATTEMPTS = 5;

/** Runs `attempt` again while it meets serialization failures or deadlocks, after a short random wait that grows. */
export async function retrying<T>(clock: Clock, ids: IdSource, attempt: () => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await attempt();
    } catch (error) {
      if (tried >= ATTEMPTS || !isDmitryError(error, 'storage.contention')) throw error;
      await clock.sleep(ids.fraction() * 5 * 2 ** tried);
    }
  }
}
