import { effectKey, type EffectState, runId, type Run } from '@dmitry/contracts';
import type { Clock } from '@dmitry/kit';
import type { Tx } from '@dmitry/storage';
import {
  decisionUsed,
  type EffectWrite,
  isOpen,
  type JobJournal,
  type PlannedRun,
  type RunEffect,
  type RunQuery,
  type RunStore,
  runStatusOf,
} from '../core/index.ts';
import { tenantOf } from './tenant-of.ts';
import { effectOf, type EffectRow, runOf, type RunRow } from './run-rows.ts';

/** The name of the only step of a run that is one action. */
const STEP = 'act';

/** Looks at the runs of an action at most: each further one means that another run began in between. */
const MAX_LOOKS = 8;

const WRITE_EFFECT = `
UPDATE effect SET
  state = $3,
  intent_entry = COALESCE($4, intent_entry),
  outcome_entry = COALESCE($5, outcome_entry),
  dispatched_ms = COALESCE($6, dispatched_ms),
  heard_ms = COALESCE($7, heard_ms),
  attempts = COALESCE($8, attempts),
  reason = $9,
  result = COALESCE($10, result)
 WHERE tenant = $1 AND effect_key = $2`;

/** Runs and their effects in the database. The clock gives the times of `created_at` and `updated_at`. */
export class SqlRunStore implements RunStore {
  constructor(
    private readonly journal: JobJournal,
    private readonly clock: Clock,
  ) {}

  async plan(tx: Tx, planned: PlannedRun, dueMs: number): Promise<Run> {
    for (let look = 0; look < MAX_LOOKS; look += 1) {
      const { standing, attempt } = await this.earlier(tx, planned);
      const run = standing ?? (await this.begin(tx, planned, { attempt, dueMs }));
      if (run) return run;
    }
    throw new TypeError('runs of one action come and go while the next is planned');
  }

  /** The run that answers the wish already, or the number of the attempt to make. */
  private async earlier(
    tx: Tx,
    planned: PlannedRun,
  ): Promise<{ readonly standing: Run | null; readonly attempt: number }> {
    const { findingId, actionDigest } = planned;
    const rows = await tx.query<RunRow>(
      'SELECT * FROM run WHERE tenant = $1 AND finding_id IS NOT DISTINCT FROM $2 AND action_digest = $3 ORDER BY seq DESC',
      [tenantOf(tx), findingId, actionDigest],
    );
    const standing = rows.find(({ status }) => isOpen(status) || (status === 'succeeded' && findingId !== null));
    if (standing) return { standing: runOf(standing, await effectsOf(tx, [standing.id])), attempt: standing.attempt };
    return { standing: null, attempt: findingId === null ? 1 : rows.length + 1 };
  }

  /** Null when another transaction was first: its run is seen by the next look. */
  private async begin(
    tx: Tx,
    planned: PlannedRun,
    { attempt, dueMs }: { readonly attempt: number; readonly dueMs: number },
  ): Promise<Run | null> {
    const tenant = tenantOf(tx);
    const { findingId, action, actionDigest, decisionId } = planned;
    // A run without a finding was asked for by a person: its decision stands in the finding's place.
    const id = runId(tenant, findingId ?? decisionId, actionDigest, attempt);
    const made = await tx.query(
      `INSERT INTO run (tenant, id, finding_id, action, action_digest, attempt, decision_id, status, created_ms, updated_ms)
       VALUES ($1, $2, $3, $4, $5, $6, $7, 'waiting', $8, $8) ON CONFLICT DO NOTHING RETURNING 1`,
      [tenant, id, findingId, JSON.stringify(action), actionDigest, attempt, decisionId, this.clock.now()],
    );
    if (made.length === 0) return null;
    const key = effectKey(tenant, id, STEP, actionDigest);
    const effect = await tx.query(
      `INSERT INTO effect (tenant, effect_key, run_id, step, decision_id, state) VALUES ($1, $2, $3, $4, $5, 'planned')
       ON CONFLICT (tenant, decision_id) DO NOTHING RETURNING 1`,
      [tenant, key, id, STEP, decisionId],
    );
    if (effect.length === 0) throw decisionUsed(decisionId);
    await this.journal.schedule(tx, 'run', id, dueMs);
    return this.get(tx, id);
  }

  async lock(tx: Tx, id: string): Promise<{ readonly run: Run; readonly effect: RunEffect } | null> {
    const [row] = await tx.query<RunRow>('SELECT * FROM run WHERE tenant = $1 AND id = $2 FOR UPDATE', [
      tenantOf(tx),
      id,
    ]);
    if (!row) return null;
    const effects = await effectsOf(tx, [id]);
    const [effect] = effects;
    return effect ? { run: runOf(row, effects), effect: effectOf(effect) } : null;
  }

  async get(tx: Tx, id: string): Promise<Run | null> {
    const [row] = await tx.query<RunRow>('SELECT * FROM run WHERE tenant = $1 AND id = $2', [tenantOf(tx), id]);
    return row ? runOf(row, await effectsOf(tx, [id])) : null;
  }

  async list(tx: Tx, query: RunQuery = {}): Promise<Run[]> {
    const tenant = tenantOf(tx);
    const rows = await tx.query<RunRow>(
      `SELECT * FROM run
        WHERE tenant = $1 AND ($2::text IS NULL OR finding_id = $2) AND ($3::text IS NULL OR status = $3)
          AND ($4::text IS NULL OR seq > (SELECT seq FROM run WHERE tenant = $1 AND id = $4))
        ORDER BY seq LIMIT $5`,
      [tenant, query.finding ?? null, query.status ?? null, query.after ?? null, query.limit ?? 100],
    );
    const effects = await effectsOf(
      tx,
      rows.map(({ id }) => id),
    );
    return rows.map((row) =>
      runOf(
        row,
        effects.filter((effect) => effect.run_id === row.id),
      ),
    );
  }

  async writeEffect(tx: Tx, runId: string, key: string, write: EffectWrite): Promise<void> {
    const tenant = tenantOf(tx);
    await tx.query(WRITE_EFFECT, [
      tenant,
      key,
      write.state,
      write.intentEntry ?? null,
      write.outcomeEntry ?? null,
      write.dispatchedMs ?? null,
      write.heardMs ?? null,
      write.attempts ?? null,
      write.reason === undefined ? null : plainReason(write.reason),
      write.result === undefined ? null : JSON.stringify(write.result),
    ]);
    await tx.query('UPDATE run SET status = $3, updated_ms = $4 WHERE tenant = $1 AND id = $2', [
      tenant,
      runId,
      write.status ?? runStatusOf(write.state),
      this.clock.now(),
    ]);
  }

  async effectsIn(tx: Tx, states: readonly EffectState[]): Promise<readonly (RunEffect & { readonly run: string })[]> {
    const rows = await tx.query<EffectRow>(
      'SELECT * FROM effect WHERE tenant = $1 AND state = ANY($2::text[]) ORDER BY dispatched_ms NULLS LAST, effect_key',
      [tenantOf(tx), states],
    );
    return rows.map((row) => ({ ...effectOf(row), run: row.run_id }));
  }
}

/** Longest reason that is kept; the ledger has the whole answer. */
const MAX_REASON = 500;

/** A reason is another system's text: PostgreSQL refuses U+0000 in it, and a refusal here would leave the effect without an outcome. */
const plainReason = (reason: string): string => reason.replaceAll('\0', '').slice(0, MAX_REASON).toWellFormed();

const effectsOf = (tx: Tx, runs: readonly string[]): Promise<EffectRow[]> =>
  tx.query<EffectRow>('SELECT * FROM effect WHERE tenant = $1 AND run_id = ANY($2::text[]) ORDER BY run_id, step', [
    tenantOf(tx),
    runs,
  ]);
