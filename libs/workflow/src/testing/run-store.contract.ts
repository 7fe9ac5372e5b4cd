import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Action, actionDigest, effectKey, parseWith, Run as RunSchema, runId } from '@dmitry/contracts';
import type { Database } from '@dmitry/storage';
import type { JobJournal, PlannedRun, RunStore } from '../core/index.ts';

export interface RunStoreSubject {
  readonly database: Database;
  readonly journal: JobJournal;
  readonly runs: RunStore;
}

const FINDING = 'f'.repeat(64);
let decisions = 0;
/** A decision id that no other test uses: an ALLOW is used once. */
const nextDecision = (): string => `01a211e4-6a51-76ab-8a9a-${String((decisions += 1)).padStart(12, '0')}`;

/** A planned run for suites: `name` makes the action, and so the run, its own. */
export function plannedRun(tenant: string, name: string, overrides: Partial<PlannedRun> = {}): PlannedRun {
  const action: Action = { action_type: 'block_access', target: { type: 'identity', id: name }, params: {} };
  return {
    findingId: FINDING,
    action,
    actionDigest: actionDigest(tenant, action),
    decisionId: nextDecision(),
    ...overrides,
  };
}

/** What every store of runs promises. */
export function describeRunStoreContract(title: string, open: () => Promise<RunStoreSubject>): void {
  let subject: RunStoreSubject;
  beforeAll(async () => {
    subject = await open();
  }, 60_000);
  afterAll(() => subject.database.close());

  const plan = (planned: PlannedRun, tenant = 'acme'): ReturnType<RunStore['plan']> =>
    subject.database.tenant(tenant, (tx) => subject.runs.plan(tx, planned, 1));

  describe(`${title}: plan`, () => {
    it('derives run and effect ids from tenant, finding, action and attempt, and schedules the job', async () => {
      const planned = plannedRun('acme', 'derive');
      const run = await plan(planned);
      expect(run.id).toBe(runId('acme', FINDING, planned.actionDigest, 1));
      expect(run.effects).toEqual([
        {
          effect_key: effectKey('acme', run.id, 'act', planned.actionDigest),
          step: 'act',
          state: 'planned',
          attempts: 0,
          intent_entry: null,
          outcome_entry: null,
        },
      ]);
      expect(parseWith(RunSchema, run)).toMatchObject({ ok: true });
      expect(await subject.journal.due(1, 100, ['run'])).toContainEqual({ tenant: 'acme', kind: 'run', key: run.id });
    });

    it('of the same decision taken again gives the run that is there, and never a second effect', async () => {
      const planned = plannedRun('acme', 'twice');
      const [first, second] = [await plan(planned), await plan({ ...planned, decisionId: nextDecision() })];
      expect(second).toEqual(first);
      const other = await plan({ ...planned, decisionId: nextDecision(), attempt: 2 });
      expect(other.id).not.toBe(first.id);
    });

    it('refuses a decision that has served another run', async () => {
      const planned = plannedRun('acme', 'used');
      await plan(planned);
      const second = plan(plannedRun('acme', 'other', { decisionId: planned.decisionId }));
      await expect(second).rejects.toMatchObject({ code: 'workflow.decision_used' });
    });

    it('without a finding is a run of its own per decision', async () => {
      const planned = plannedRun('acme', 'by-hand', { findingId: null });
      const [first, second] = [await plan(planned), await plan({ ...planned, decisionId: nextDecision() })];
      expect(first.finding_id).toBeNull();
      expect(second.id).not.toBe(first.id);
    });
  });

  describe(`${title}: effects`, () => {
    it('change with the run’s status; what is not written stays, the reason belongs to the state', async () => {
      const run = await plan(plannedRun('acme', 'effect'));
      const key = run.effects[0]?.effect_key ?? '';
      const write = (change: Parameters<RunStore['writeEffect']>[3]): Promise<void> =>
        subject.database.tenant('acme', (tx) => subject.runs.writeEffect(tx, run.id, key, change));
      const intentEntry = '01a211e4-6a51-76ab-8a9a-b62b79df93ca';
      await write({ state: 'dispatched', intentEntry, dispatchedMs: 7, heardMs: 8, attempts: 1 });
      await write({ state: 'unknown', reason: 'never\0 seen' });
      const locked = await subject.database.tenant('acme', (tx) => subject.runs.lock(tx, run.id));
      expect(locked?.effect).toMatchObject({
        state: 'unknown',
        reason: 'never seen',
        attempts: 1,
        dispatchedMs: 7,
        heardMs: 8,
      });
      expect(locked?.run.status).toBe('unknown');
      await write({ state: 'confirmed', result: { text: 'a\0b' } });
      const after = await subject.database.tenant('acme', (tx) => subject.runs.get(tx, run.id));
      expect(after?.status).toBe('succeeded');
      expect(after?.effects[0]).toMatchObject({
        state: 'confirmed',
        intent_entry: intentEntry,
        result: { text: 'a\0b' },
      });
      expect(after?.effects[0]).not.toHaveProperty('reason');
      expect(parseWith(RunSchema, after)).toMatchObject({ ok: true });
    });

    it('are listed by state with their run, for who must know what already left', async () => {
      const run = await plan(plannedRun('globex', 'listed'), 'globex');
      const key = run.effects[0]?.effect_key ?? '';
      await subject.database.tenant('globex', (tx) =>
        subject.runs.writeEffect(tx, run.id, key, { state: 'dispatched', dispatchedMs: 1 }),
      );
      const left = await subject.database.tenant('globex', (tx) =>
        subject.runs.effectsIn(tx, ['dispatched', 'unknown']),
      );
      expect(left.map((effect) => [effect.run, effect.effect_key])).toEqual([[run.id, key]]);
    });
  });

  describe(`${title}: reading`, () => {
    it('lists in the order of planning, by finding and status, page by page', async () => {
      const tenant = 'pages';
      const finding = 'a'.repeat(64);
      const runs = [];
      for (const name of ['one', 'two', 'three'])
        runs.push(await plan(plannedRun(tenant, name, { findingId: finding }), tenant));
      await plan(plannedRun(tenant, 'elsewhere'), tenant);
      const list = (query: Parameters<RunStore['list']>[1]): Promise<string[]> =>
        subject.database.tenant(tenant, async (tx) => (await subject.runs.list(tx, query)).map(({ id }) => id));
      const ids = runs.map(({ id }) => id);
      expect(await list({ finding })).toEqual(ids);
      expect(await list({ finding, limit: 2 })).toEqual(ids.slice(0, 2));
      expect(await list({ finding, ...(ids[1] ? { after: ids[1] } : {}) })).toEqual(ids.slice(2));
      expect(await list({ status: 'succeeded' })).toEqual([]);
      expect(await list({})).toHaveLength(4);
    });

    it('finds no run of another tenant, nor one that was never planned', async () => {
      const run = await plan(plannedRun('acme', 'hidden'));
      const seen = await subject.database.tenant('globex', async (tx) => [
        await subject.runs.get(tx, run.id),
        await subject.runs.lock(tx, run.id),
        await subject.runs.get(tx, 'f'.repeat(64)),
      ]);
      expect(seen).toEqual([null, null, null]);
    });
  });
}
