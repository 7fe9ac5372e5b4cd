import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { assertNoOpenTransaction, type Clock, type IdSource } from '@dmitry/kit';
import { RandomIds, SystemClock } from '@dmitry/kit/node';
import {
  type Database,
  databaseClosed,
  migrate,
  type Migration,
  retrying,
  runTransaction,
  type TransactionOptions,
  type TransactionTenant,
  type Tx,
} from '../core/index.ts';
import { lockFolder } from './folder-lock.ts';
import { PgliteConnection } from './pglite-connection.ts';

export interface PgliteOptions {
  /** Where the data is kept, held by this process alone while open; null keeps it in memory. */
  readonly folder: string | null;
  readonly migrations: readonly Migration[];
  /** What a database in memory starts from: the answer of an earlier `snapshot()`. */
  readonly snapshot?: Uint8Array;
  readonly clock?: Clock;
  readonly ids?: IdSource;
}

/**
 * Embedded PostgreSQL in this process: one session, so transactions run one at a time, in the order they were asked for.
 * Survives the death of the process; the loss of power is not promised.
 */
export class PgliteDatabase implements Database {
  private tail: Promise<unknown> = Promise.resolve();
  private closing: Promise<void> | null = null;

  private constructor(
    private readonly engine: PGlite,
    private readonly connection: PgliteConnection,
    private readonly unlock: () => void,
    private readonly time: { readonly clock: Clock; readonly ids: IdSource },
  ) {}

  /** @throws DmitryError `storage.locked` when another process has the folder, and what `migrate` throws */
  static async open(options: PgliteOptions): Promise<PgliteDatabase> {
    const unlock = options.folder === null ? () => undefined : lockFolder(options.folder);
    const clock = options.clock ?? new SystemClock();
    const time = { clock, ids: options.ids ?? new RandomIds(clock) };
    let engine: PGlite | undefined;
    try {
      engine = await PGlite.create(engineOptions(options));
      const connection = new PgliteConnection(engine);
      await migrate(connection, options.migrations);
      return new PgliteDatabase(engine, connection, unlock, time);
    } catch (error) {
      await engine?.close();
      unlock();
      throw error;
    }
  }

  tenant<T>(tenant: string, work: (tx: Tx) => Promise<T>, options?: TransactionOptions): Promise<T> {
    return this.transaction(tenant, work, options);
  }

  worker<T>(work: (tx: Tx) => Promise<T>, options?: TransactionOptions): Promise<T> {
    return this.transaction(null, work, options);
  }

  async ping(): Promise<void> {
    await this.inTurn(() => this.connection.query('SELECT 1'));
  }

  /** The whole database as bytes, to start another one from. */
  snapshot(): Promise<Uint8Array> {
    return this.inTurn(async () => {
      const dump = await this.engine.dumpDataDir('gzip');
      return new Uint8Array(await dump.arrayBuffer());
    });
  }

  /** Waits for the transactions that were asked for before, then gives the folder back. */
  close(): Promise<void> {
    this.closing ??= this.tail.then(async () => {
      await this.engine.close();
      this.unlock();
    });
    return this.closing;
  }

  private async transaction<T>(
    tenant: TransactionTenant,
    work: (tx: Tx) => Promise<T>,
    options?: TransactionOptions,
  ): Promise<T> {
    assertNoOpenTransaction('a transaction was asked for');
    return retrying(this.time.clock, this.time.ids, () =>
      this.inTurn(() => runTransaction(this.connection, tenant, work, options)),
    );
  }

  /** One at a time: the session is shared, and a second BEGIN would join the first. */
  private inTurn<T>(job: () => Promise<T>): Promise<T> {
    if (this.closing) return Promise.reject(databaseClosed());
    const turn = this.tail.then(job);
    this.tail = turn.catch(() => undefined);
    return turn;
  }
}

function engineOptions({ folder, snapshot }: PgliteOptions): ConstructorParameters<typeof PGlite>[0] {
  if (folder !== null) return { dataDir: join(folder, 'data') };
  return snapshot ? { loadDataDir: new Blob([snapshot as Uint8Array<ArrayBuffer>]) } : {};
}
