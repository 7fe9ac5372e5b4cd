import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Action, actionDigest, effectKey, type EffectState, parseWith, Run, runId } from '@dmitry/contracts';
import { seed } from '@dmitry/kit/testing';
import type { Database } from '@dmitry/storage';
import fc from 'fast-check';
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
      expect(parseWith(Run, run)).toMatchObject({ ok: true });
      expect(await subject.journal.due(1, 100, ['run'])).toContainEqual({ tenant: 'acme', kind: 'run', key: run.id });
    });

    it('of the same decision taken again gives the run that is there, and never a second effect', async () => {
      const planned = plannedRun('acme', 'twice');
      const [first, second] = [await plan(planned), await plan({ ...planned, decisionId: nextDecision() })];
      expect(second).toEqual(first);
    });

    const leave = (run: Awaited<ReturnType<RunStore['plan']>>, state: EffectState): Promise<void> =>
      subject.database.tenant('acme', (tx) =>
        subject.runs.writeEffect(tx, run.id, run.effects[0]?.effect_key ?? '', { state }),
      );

    it.each(['refused', 'not_done'] as const)('makes the next attempt after runs that ended %s', async (state) => {
      const planned = plannedRun('acme', `again-${state}`);
      for (const attempt of [1, 2, 3]) {
        const run = await plan({ ...planned, decisionId: nextDecision() });
        expect(run).toMatchObject({ attempt, status: 'waiting' });
        expect(run.id).toBe(runId('acme', FINDING, planned.actionDigest, attempt));
        await leave(run, state);
      }
    });

    it.each(['dispatched', 'unknown', 'escalated', 'confirmed'] as const)(
      'repeats nothing that is %s: the answer is the run that is there',
      async (state) => {
        const planned = plannedRun('acme', `standing-${state}`);
        const first = await plan(planned);
        await leave(first, state);
        const second = await plan({ ...planned, decisionId: nextDecision() });
        expect(second).toMatchObject({ id: first.id, decision_id: planned.decisionId });
      },
    );

    it('refuses a decision that has served another run', async () => {
      const planned = plannedRun('acme', 'used');
      await plan(planned);
      const second = plan(plannedRun('acme', 'other', { decisionId: planned.decisionId }));
      await expect(second).rejects.toMatchObject({ code: 'workflow.decision_used' });
    });

    it('without a finding is the open run of that action, and a new one once it has ended', async () => {
      const planned = plannedRun('acme', 'by-hand', { findingId: null });
      const [first, second] = [await plan(planned), await plan({ ...planned, decisionId: nextDecision() })];
      expect(first.finding_id).toBeNull();
      expect(second.id).toBe(first.id);
      await leave(first, 'confirmed');
      expect((await plan({ ...planned, decisionId: nextDecision() })).id).not.toBe(first.id);
    });
  });

  describe(`${title}: decisions at once`, () => {
    const ends = [null, 'dispatched', 'unknown', 'escalated', 'confirmed', 'refused', 'not_done'] as const;
    const rounds = fc.array(fc.record({ decisions: fc.integer({ min: 1, max: 4 }), state: fc.constantFrom(...ends) }), {
      minLength: 1,
      maxLength: 5,
    });

    /** Whether the action may be begun anew after a run that came to this. */
    const isOver = (state: EffectState | null, withFinding: boolean): boolean =>
      state === 'refused' || state === 'not_done' || (state === 'confirmed' && !withFinding);

    const planAtOnce = async (planned: PlannedRun, count: number): Promise<Run> => {
      const given = await Promise.all(
        Array.from({ length: count }, () => plan({ ...planned, decisionId: nextDecision() }, 'races')),
      );
      expect(new Set(given.map(({ id }) => id)).size).toBe(1);
      return given[0] as Run;
    };

    const end = (run: Run, state: EffectState): Promise<void> =>
      subject.database.tenant('races', (tx) =>
        subject.runs.writeEffect(tx, run.id, run.effects[0]?.effect_key ?? '', { state }),
      );

    it('give one run together, and another only after one that ended without its effect', async () => {
      let actions = 0;
      const property = fc.asyncProperty(rounds, fc.boolean(), async (steps, withFinding) => {
        const planned = plannedRun('races', `race-${(actions += 1)}`, withFinding ? {} : { findingId: null });
        const seen = new Map<string, EffectState | null>();
        for (const { decisions: count, state } of steps) {
          const mayBegin = [...seen.values()].every((one) => isOver(one, withFinding));
          const run = await planAtOnce(planned, count);
          expect(seen.has(run.id)).toBe(!mayBegin);
          if (!seen.has(run.id)) seen.set(run.id, null);
          if (state === null || run.status === 'succeeded') continue;
          await end(run, state);
          seen.set(run.id, state);
        }
      });
      await expect(fc.assert(property, { numRuns: 25, seed: seed() })).resolves.toBeUndefined();
    }, 60_000);
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
      expect(parseWith(Run, after)).toMatchObject({ ok: true });
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
