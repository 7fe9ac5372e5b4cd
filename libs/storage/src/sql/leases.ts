import type { Database, Lease, Leases } from '../core/index.ts';

/**
 * In one statement, so that of many takers one wins: inserts, or takes over what is expired or already the taker's. The clock is the
 * database's (`clock_timestamp`: not the start of the transaction), so holders need not agree on the time.
 */
const ACQUIRE = `
INSERT INTO lease AS held (name, holder, fence, expires_at)
VALUES ($1, $2, 1, clock_timestamp() + $3 * interval '1 millisecond')
ON CONFLICT (name) DO UPDATE SET
  holder = excluded.holder,
  expires_at = excluded.expires_at,
  fence = held.fence + CASE WHEN held.holder = excluded.holder THEN 0 ELSE 1 END
WHERE held.holder = excluded.holder OR held.expires_at <= clock_timestamp()
RETURNING fence, (extract(epoch FROM expires_at) * 1000)::float8 AS expires_ms`;

/** The row stays with its fence, which must never start again. */
const RELEASE = `UPDATE lease SET expires_at = '-infinity' WHERE name = $1 AND holder = $2 AND fence = $3`;

/** Leases in the table `lease`. Give each process, and each start of it, a holder name of its own. */
export function createLeases(database: Database): Leases {
  return {
    acquire: (name, holder, ttlMs) =>
      database.worker(async (tx): Promise<Lease | null> => {
        const [row] = await tx.query<{ fence: string; expires_ms: number }>(ACQUIRE, [name, holder, ttlMs]);
        return row ? { name, holder, fence: Number(row.fence), expiresMs: row.expires_ms } : null;
      }),

    release: ({ name, holder, fence }) =>
      database.worker(async (tx) => {
        await tx.query(RELEASE, [name, holder, fence]);
      }),
  };
}
