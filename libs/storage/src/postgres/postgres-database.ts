import { assertNoOpenTransaction, type Clock, type IdSource } from '@dmitry/kit';
import { RandomIds, SystemClock } from '@dmitry/kit/node';
import pg from 'pg';
import {
  type Database,
  databaseClosed,
  migrate,
  type Migration,
  retrying,
  runTransaction,
  storageFault,
  type TransactionOptions,
  type TransactionTenant,
  type Tx,
  unavailable,
} from '../core/index.ts';
import { PostgresConnection, wireTypes } from './postgres-connection.ts';

export interface PostgresOptions {
  /** `postgres://user:password@host:port/database`. The user owns the tables; it never does a transaction's work (see roles). */
  readonly url: string;
  readonly migrations: readonly Migration[];
  /** @default 10 */
  readonly maxConnections?: number;
  /** How long a statement may run, and a transaction may stand idle. @default 30000 */
  readonly statementTimeoutMs?: number;
  /** How long a statement may wait for a lock. @default 10000 */
  readonly lockTimeoutMs?: number;
  /** How long to wait for a session, new or from the pool. @default 5000 */
  readonly connectTimeoutMs?: number;
  readonly clock?: Clock;
  readonly ids?: IdSource;
}

/** How much longer than the server's own limit a lost answer is waited for. */
const GRACE_MS = 5_000;

/** PostgreSQL through a pool: each transaction has a session to itself and takes one of two roles for its length. */
export class PostgresDatabase implements Database {
  private closing: Promise<void> | null = null;

  private constructor(
    private readonly pool: pg.Pool,
    private readonly time: { readonly clock: Clock; readonly ids: IdSource },
  ) {}

  /** @throws DmitryError `storage.unavailable`, and what `migrate` throws */
  static async open(options: PostgresOptions): Promise<PostgresDatabase> {
    await migrateOnce(options);
    const clock = options.clock ?? new SystemClock();
    return new PostgresDatabase(openPool(options), { clock, ids: options.ids ?? new RandomIds(clock) });
  }

  tenant<T>(tenant: string, work: (tx: Tx) => Promise<T>, options?: TransactionOptions): Promise<T> {
    return this.transaction(tenant, work, options);
  }

  worker<T>(work: (tx: Tx) => Promise<T>, options?: TransactionOptions): Promise<T> {
    return this.transaction(null, work, options);
  }

  async ping(): Promise<void> {
    await this.inSession((connection) => connection.query('SELECT 1'));
  }

  /** Waits for sessions that are out, then ends them all. */
  close(): Promise<void> {
    this.closing ??= this.pool.end();
    return this.closing;
  }

  private async transaction<T>(
    tenant: TransactionTenant,
    work: (tx: Tx) => Promise<T>,
    options?: TransactionOptions,
  ): Promise<T> {
    assertNoOpenTransaction('a transaction was asked for');
    return retrying(this.time.clock, this.time.ids, () =>
      this.inSession((connection) => runTransaction(connection, tenant, work, options)),
    );
  }

  private async inSession<T>(use: (connection: PostgresConnection) => Promise<T>): Promise<T> {
    if (this.closing) throw databaseClosed();
    // whatever the server's reason for giving no session: nothing was asked of it yet
    const client = await this.pool.connect().catch((error: unknown) => {
      throw unavailable(error);
    });
    const connection = new PostgresConnection(client);
    try {
      return await use(connection);
    } finally {
      client.release(connection.broken);
    }
  }
}

function openPool(options: PostgresOptions): pg.Pool {
  const statementTimeoutMs = options.statementTimeoutMs ?? 30_000;
  const pool = new pg.Pool({
    ...sessionOptions(options),
    max: options.maxConnections ?? 10,
    statement_timeout: statementTimeoutMs,
    idle_in_transaction_session_timeout: statementTimeoutMs,
    lock_timeout: options.lockTimeoutMs ?? 10_000,
    query_timeout: statementTimeoutMs + GRACE_MS,
  });
  // a session that dies is found by whoever uses it next; without listeners its death would be the process's
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

const sessionOptions = ({ url, connectTimeoutMs = 5_000 }: PostgresOptions): pg.ClientConfig => ({
  connectionString: url,
  connectionTimeoutMillis: connectTimeoutMs,
  keepAlive: true,
  types: wireTypes,
  application_name: 'dmitry',
});

/** On a session of its own: a schema change may take longer than any statement's limit. */
async function migrateOnce(options: PostgresOptions): Promise<void> {
  const client = new pg.Client(sessionOptions(options));
  client.on('error', () => undefined);
  try {
    await client.connect();
    await migrate(new PostgresConnection(client), options.migrations);
  } catch (error) {
    throw storageFault(error);
  } finally {
    await client.end().catch(() => undefined);
  }
}
