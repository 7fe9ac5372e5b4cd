import type { Row } from './database.port.ts';

/**
 * One session of a database, used by one transaction at a time: what an adapter gives, so that roles, retries and migrations are
 * written once. Every rejection is a DmitryError made by `storageFault`.
 */
export interface SqlConnection {
  query<R extends Row = Row>(sql: string, params?: readonly unknown[]): Promise<R[]>;
  /** Several statements without parameters, in one message. */
  script(sql: string): Promise<void>;
  /** Commits; false when the server rolled back instead, because a statement had failed before. */
  commit(): Promise<boolean>;
  /** Rolls back. Never rejects: a session that cannot roll back is not used again. */
  rollback(): Promise<void>;
}
