import type { Tx } from '@dmitry/storage';

/** Every open job has a wake of its tenant that is due no later than the job, written in the same transaction. */
export const WAKE = 'INSERT INTO job_wake (tenant, due_ms) VALUES ($1, $2)';

/** A tenant whose jobs are to be looked at, and the rows that said so. */
export interface Wake {
  readonly tenant: string;
  readonly ids: readonly string[];
}

/** Rows read at most by one look; what is left comes with the next. */
const LOOK = 10_000;

/** Tenants to look at, longest waiting first. In a worker transaction. */
export async function tenantsAwake(tx: Tx, nowMs: number): Promise<Wake[]> {
  return tx.query<{ tenant: string; ids: string[] }>(
    `SELECT tenant, array_agg(id) AS ids
       FROM (SELECT id, tenant, due_ms FROM job_wake WHERE due_ms <= $1 ORDER BY due_ms, id LIMIT ${LOOK}) AS seen
      GROUP BY tenant ORDER BY min(due_ms), tenant`,
    [nowMs],
  );
}

/** Every tenant that has an open job, by name. In a worker transaction. */
export async function tenantsWithJobs(tx: Tx): Promise<string[]> {
  const rows = await tx.query<{ tenant: string }>('SELECT DISTINCT tenant FROM job_wake ORDER BY tenant');
  return rows.map(({ tenant }) => tenant);
}

/**
 * Puts one wake in the place of those seen, at the time of the tenant's next job, or none where nothing is open. A wake that commits
 * meanwhile is not among them and stays, so no job is forgotten. One that would only be written again is left alone, unless the tenant
 * has to make room for others.
 */
export async function clearWakes(
  tx: Tx,
  wake: Wake,
  next: { readonly nextMs: number | null; readonly nowMs: number; readonly rotate: boolean },
): Promise<void> {
  const { nextMs, nowMs, rotate } = next;
  const stillDue = nextMs !== null && nextMs <= nowMs;
  if (stillDue && wake.ids.length === 1 && !rotate) return;
  await tx.query('DELETE FROM job_wake WHERE id = ANY($1::bigint[])', [wake.ids]);
  if (nextMs !== null) await tx.query(WAKE, [wake.tenant, stillDue && rotate ? nowMs : nextMs]);
}
