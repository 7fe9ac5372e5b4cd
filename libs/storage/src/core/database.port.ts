/** A row as the driver returns it: column name → value. bigint columns arrive as strings, bytea as Uint8Array, jsonb parsed. */
export type Row = Record<string, unknown>;

/** An open transaction. Valid only until the function it was given to settles. */
export interface Tx {
  /** The tenant whose rows are visible, or null for the worker role. */
  readonly tenant: string | null;
  /**
   * Runs one statement with `$1…` parameters, after those of this transaction that were asked for before. An array is a PostgreSQL array, any
   * other object is JSON (give a JSON array as text).
   * @throws DmitryError `storage.forbidden`, `.conflict`, `.timeout`, `.contention`, `.unavailable`, `.query_failed`
   */
  query<R extends Row = Row>(sql: string, params?: readonly unknown[]): Promise<R[]>;
  /**
   * Tells the worker of `kind` that this tenant has something to do, once this transaction commits: a row of the table `work`
   * (tenant, kind), the only thing work across tenants may see. Never lost, may be spurious.
   */
  signal(kind: string): Promise<void>;
}

export interface TransactionOptions {
  /** @default 'read committed' */
  readonly isolation?: 'read committed' | 'repeatable read' | 'serializable';
  readonly readOnly?: boolean;
}

/**
 * PostgreSQL or embedded PGlite, same SQL.
 *
 * - `tenant` runs `work` in a transaction under a role that row-level security binds, with `app.tenant` set: rows of other tenants
 *   cannot be seen or written, whatever the SQL says. Commits when `work` resolves, rolls back when it rejects.
 * - `worker` runs under a role that sees only tables granted to it (`work`, leases and the like): which tenants have something to do.
 * - Serialization failures and deadlocks are retried with the whole function (so it must have no outside effect) up to 5 times.
 * - Opening a transaction inside a transaction of the same async context throws `storage.transaction_open`.
 * - When the database does not answer: `storage.unavailable` (retryable). A commit whose answer was lost: `storage.commit_unknown`
 *   (whoever catches it must look before writing again).
 */
export interface Database {
  tenant<T>(tenant: string, work: (tx: Tx) => Promise<T>, options?: TransactionOptions): Promise<T>;
  worker<T>(work: (tx: Tx) => Promise<T>, options?: TransactionOptions): Promise<T>;
  /** Whether the database answers now. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
export const Database = Symbol('Database');
