import type { Tx } from './database.port.ts';

/**
 * Signals are rows that are only inserted and deleted, never updated: transactions of one tenant do not wait for each other, and
 * a worker deletes exactly the rows that it saw before it worked, so that a signal which commits meanwhile stays.
 */
export const WRITE_SIGNALS = 'INSERT INTO work (tenant, kind) SELECT $1, kind FROM unnest($2::text[]) AS kind';

/** A tenant that has something to do. */
export interface WorkItem {
  readonly tenant: string;
  readonly kind: string;
  /** The signals that stood when it was listed. */
  readonly signals: readonly string[];
}

/** Rows read at most by one look at the list; what is left comes with the next. */
const LOOK = 10_000;

/** Tenants that were signalled for `kind`, longest waiting first. In a worker transaction. */
export async function listWork(tx: Tx, kind: string): Promise<WorkItem[]> {
  const rows = await tx.query<{ tenant: string; signals: string[] }>(
    `SELECT tenant, array_agg(id) AS signals
       FROM (SELECT id, tenant FROM work WHERE kind = $1 ORDER BY id LIMIT ${LOOK}) AS seen
      GROUP BY tenant ORDER BY min(id)`,
    [kind],
  );
  return rows.map(({ tenant, signals }) => ({ tenant, kind, signals }));
}

/**
 * Says that the work is done: call it after the tenant's transaction committed, in a worker transaction. Signals that came after
 * `listWork` stay and bring the tenant back, so nothing is lost; whoever crashes before has the tenant listed again.
 */
export async function clearWork(tx: Tx, item: WorkItem): Promise<void> {
  await tx.query('DELETE FROM work WHERE id = ANY($1::bigint[])', [item.signals]);
}
