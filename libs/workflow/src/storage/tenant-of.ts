import type { Tx } from '@dmitry/storage';

/** Jobs, runs and effects belong to a tenant: a worker transaction sees none of them. */
export function tenantOf(tx: Tx): string {
  if (tx.tenant === null) throw new TypeError('jobs and runs belong to a tenant: use a tenant transaction');
  return tx.tenant;
}
