import type { Database, Tx } from '@dmitry/storage';
import type { ClaimedJob, FailingJob, JobId, JobJournal } from '../core/index.ts';
import { fenced } from '../core/index.ts';
import { tenantOf } from './tenant-of.ts';
import { clearWakes, tenantsAwake, tenantsWithJobs, WAKE, type Wake } from './job-wakes.ts';

interface DueJob extends JobId {
  readonly dueMs: number;
}

interface Look {
  readonly nowMs: number;
  readonly limit: number;
  readonly kinds: readonly string[];
  /** More tenants wait than are looked at: whoever has been looked at goes to the end. */
  readonly rotate: boolean;
}

const SCHEDULE = `
INSERT INTO job (tenant, kind, key, due_ms) VALUES ($1, $2, $3, $4)
ON CONFLICT (tenant, kind, key) DO UPDATE SET
  due_ms = CASE WHEN job.held_until_ms IS NULL THEN LEAST(job.due_ms, excluded.due_ms) ELSE job.due_ms END,
  again_ms = CASE WHEN job.held_until_ms IS NULL THEN NULL ELSE LEAST(COALESCE(job.again_ms, excluded.due_ms), excluded.due_ms) END`;

const HASTEN = `
UPDATE job SET
  due_ms = CASE WHEN held_until_ms IS NULL THEN LEAST(due_ms, $3) ELSE due_ms END,
  again_ms = CASE WHEN held_until_ms IS NULL THEN again_ms ELSE LEAST(COALESCE(again_ms, $3), $3) END
 WHERE tenant = $1 AND kind = $2
RETURNING 1`;

const DUE = `
SELECT kind, key, due_ms FROM job
 WHERE tenant = $1 AND due_ms <= $2 AND (held_until_ms IS NULL OR held_until_ms <= $2) AND kind = ANY($3::text[])
 ORDER BY due_ms, seq LIMIT $4`;

const CLAIM = `
UPDATE job SET fence = nextval('job_fence'), held_until_ms = $4, attempt = attempt + 1
 WHERE tenant = $1 AND kind = $2 AND key = $3 AND due_ms <= $5 AND (held_until_ms IS NULL OR held_until_ms <= $5)
RETURNING fence, attempt`;

const HOLD =
  'UPDATE job SET held_until_ms = GREATEST(held_until_ms, $5) WHERE tenant = $1 AND kind = $2 AND key = $3 AND fence = $4 RETURNING 1';

const END =
  'DELETE FROM job WHERE tenant = $1 AND kind = $2 AND key = $3 AND fence = $4 AND again_ms IS NULL RETURNING 1';

/** Gives the fence away with the job: what a late holder writes afterwards finds nothing. */
const RELEASE = `
UPDATE job SET due_ms = LEAST($5, COALESCE(again_ms, $5)), again_ms = NULL, held_until_ms = NULL, fence = 0, attempt = 0, last_error = NULL
 WHERE tenant = $1 AND kind = $2 AND key = $3 AND fence = $4
RETURNING due_ms`;

const FAIL = `
UPDATE job SET due_ms = LEAST($5, COALESCE(again_ms, $5)), again_ms = NULL, held_until_ms = NULL, fence = 0, last_error = $6
 WHERE tenant = $1 AND kind = $2 AND key = $3 AND fence = $4
RETURNING due_ms`;

/** Later than anything: `complete` of a job that was scheduled again takes that time. */
const NEVER_MS = Number.MAX_SAFE_INTEGER;

class SqlClaimedJob implements ClaimedJob {
  constructor(
    private readonly id: JobId,
    readonly fence: number,
    readonly attempt: number,
  ) {}

  get tenant(): string {
    return this.id.tenant;
  }

  get kind(): string {
    return this.id.kind;
  }

  get key(): string {
    return this.id.key;
  }

  async hold(tx: Tx, untilMs: number): Promise<void> {
    const held = await tx.query(HOLD, [...this.place(tx), untilMs]);
    if (held.length === 0) throw fenced(this.kind, this.key);
    await tx.query(WAKE, [this.tenant, untilMs]);
  }

  async complete(tx: Tx): Promise<void> {
    const ended = await tx.query(END, this.place(tx));
    if (ended.length === 0) await this.release(tx, NEVER_MS);
  }

  reschedule(tx: Tx, dueMs: number): Promise<void> {
    return this.release(tx, dueMs);
  }

  private async release(tx: Tx, dueMs: number): Promise<void> {
    const [row] = await tx.query<{ due_ms: string }>(RELEASE, [...this.place(tx), dueMs]);
    if (!row) throw fenced(this.kind, this.key);
    await tx.query(WAKE, [this.tenant, row.due_ms]);
  }

  private place(tx: Tx): readonly unknown[] {
    return [tenantOf(tx), this.kind, this.key, this.fence];
  }
}

/** Jobs in the database, where the state is that they work on. */
export class SqlJobJournal implements JobJournal {
  constructor(private readonly database: Database) {}

  async schedule(tx: Tx, kind: string, key: string, dueMs: number): Promise<void> {
    const tenant = tenantOf(tx);
    await tx.query(SCHEDULE, [tenant, kind, key, dueMs]);
    await tx.query(WAKE, [tenant, dueMs]);
  }

  async hasten(tx: Tx, kind: string, dueMs: number): Promise<void> {
    const tenant = tenantOf(tx);
    const hastened = await tx.query(HASTEN, [tenant, kind, dueMs]);
    if (hastened.length > 0) await tx.query(WAKE, [tenant, dueMs]);
  }

  tenants(): Promise<readonly string[]> {
    return this.database.worker(tenantsWithJobs);
  }

  async due(nowMs: number, limit: number, kinds: readonly string[]): Promise<JobId[]> {
    const wakes = await this.database.worker((tx) => tenantsAwake(tx, nowMs));
    const share = Math.max(1, Math.ceil(limit / Math.max(1, wakes.length)));
    const rotate = wakes.length > limit;
    const found: DueJob[] = [];
    for (const [visited, wake] of wakes.entries()) {
      if (visited >= limit && found.length > 0) break; // the others are first at the next look
      found.push(...(await this.look(wake, { nowMs, limit: share, kinds, rotate })));
    }
    found.sort((a, b) => a.dueMs - b.dueMs); // stable: the tenant's own order is kept among equals
    return found.slice(0, limit).map(({ tenant, kind, key }) => ({ tenant, kind, key }));
  }

  async claim(job: JobId, nowMs: number, leaseMs: number): Promise<ClaimedJob | null> {
    const untilMs = nowMs + leaseMs;
    return this.database.tenant(job.tenant, async (tx) => {
      const [row] = await tx.query<{ fence: string; attempt: number }>(CLAIM, [
        job.tenant,
        job.kind,
        job.key,
        untilMs,
        nowMs,
      ]);
      if (!row) return null;
      await tx.query(WAKE, [job.tenant, untilMs]);
      return new SqlClaimedJob(job, Number(row.fence), row.attempt);
    });
  }

  async fail(job: ClaimedJob, dueMs: number, error: string): Promise<void> {
    await this.database.tenant(job.tenant, async (tx) => {
      const place = [job.tenant, job.kind, job.key, job.fence];
      const [row] = await tx.query<{ due_ms: string }>(FAIL, [...place, dueMs, error]);
      if (row) await tx.query(WAKE, [job.tenant, row.due_ms]);
    });
  }

  async failing(tx: Tx, attempts: number): Promise<FailingJob[]> {
    const tenant = tenantOf(tx);
    const rows = await tx.query<{ kind: string; key: string; attempt: number; last_error: string }>(
      'SELECT kind, key, attempt, last_error FROM job WHERE tenant = $1 AND attempt >= $2 AND last_error IS NOT NULL ORDER BY attempt DESC, seq',
      [tenant, attempts],
    );
    return rows.map(({ kind, key, attempt, last_error: error }) => ({ tenant, kind, key, attempt, error }));
  }

  async waiting(): Promise<{ readonly open: number; readonly nextDueMs: number | null }> {
    const wakes = await this.database.worker((tx) => tenantsAwake(tx, NEVER_MS));
    let open = 0;
    let nextDueMs: number | null = null;
    for (const { tenant } of wakes) {
      const jobs = await this.database.tenant(tenant, (tx) => openJobs(tx), { readOnly: true });
      open += jobs.open;
      if (jobs.nextMs !== null) nextDueMs = Math.min(nextDueMs ?? jobs.nextMs, jobs.nextMs);
    }
    return { open, nextDueMs };
  }

  /** One tenant's due jobs; its wakes become one, at the time of the next look. */
  private look(wake: Wake, { nowMs, limit, kinds, rotate }: Look): Promise<DueJob[]> {
    return this.database.tenant(wake.tenant, async (tx) => {
      const rows = await tx.query<{ kind: string; key: string; due_ms: string }>(DUE, [
        wake.tenant,
        nowMs,
        kinds,
        limit,
      ]);
      const { nextMs } = await openJobs(tx);
      await clearWakes(tx, wake, { nextMs, nowMs, rotate });
      return rows.map(({ kind, key, due_ms }) => ({ tenant: wake.tenant, kind, key, dueMs: Number(due_ms) }));
    });
  }
}

async function openJobs(tx: Tx): Promise<{ open: number; nextMs: number | null }> {
  const [row] = await tx.query<{ open: string; next_ms: string | null }>(
    'SELECT count(*) AS open, min(GREATEST(due_ms, COALESCE(held_until_ms, 0))) AS next_ms FROM job WHERE tenant = $1',
    [tenantOf(tx)],
  );
  return { open: Number(row?.open ?? 0), nextMs: row?.next_ms ? Number(row.next_ms) : null };
}
