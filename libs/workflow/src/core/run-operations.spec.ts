import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Run } from '@dmitry/contracts';
import type { Database } from '@dmitry/storage';
import { openTestDatabase } from '@dmitry/storage/testing';
import type { EntryDraft, LedgerSession } from '@dmitry/trust-ledger';
import { RunWorld, worldMigrations } from '../../test/run-world.ts';
import { type EffectResolution, RunOperations } from './index.ts';

let database: Database;
let world: RunWorld;
let run: Run;
let tests = 0;
let written: EntryDraft[] = [];
let settled: string[] = [];

beforeAll(async () => {
  database = await openTestDatabase(worldMigrations);
});
afterAll(() => database.close());
beforeEach(async () => {
  world = await new RunWorld(database, `operations-${(tests += 1)}`).start();
  run = await world.plan('target');
  written = [];
  settled = [];
});

const session = {
  append: (_tx: unknown, drafts: readonly EntryDraft[]) => {
    written.push(...drafts);
    return Promise.resolve(drafts.map(() => ({ id: world.ids.uuid() })));
  },
} as unknown as LedgerSession;
const operations = () =>
  new RunOperations(world.runs, {
    settle: (_tx, decision, outcome) => Promise.resolve(void settled.push(`${decision} ${outcome}`)),
  });
const key = () => run.effects[0]?.effect_key ?? '';
const resolve = (change: Partial<EffectResolution> = {}): Promise<Run> => {
  const said = {
    runId: run.id,
    effectKey: key(),
    resolution: 'confirmed',
    note: 'seen',
    by: 'olga',
    requestedBy: 'ann',
  };
  return world.inTenant((tx) => operations().resolve(tx, session, { ...said, ...change } as EffectResolution));
};
const cancel = (id = run.id) => world.inTenant((tx) => operations().cancel(tx, session, id, 'no longer wanted'));
const become = (state: 'escalated' | 'dispatched') =>
  world.inTenant((tx) => world.runs.writeEffect(tx, run.id, key(), { state }));

describe('an effect that was given to a person', () => {
  it.each([
    ['confirmed', 'succeeded'],
    ['not_done', 'failed'],
  ] as const)(
    'that a person says is %s ends its run as %s, and the ledger has what was found out',
    async (said, status) => {
      await become('escalated');
      expect(await resolve({ resolution: said })).toMatchObject({ status, effects: [{ state: said }] });
      expect(written).toMatchObject([
        { type: 'outcome', facts: { status: said, by: 'person' }, payload: { note: 'seen' } },
      ]);
      await expect(resolve({ resolution: said })).rejects.toMatchObject({ code: 'workflow.effect_not_escalated' });
      await world.settle();
      expect(world.platform.performed(key())).toBe(0);
    },
  );

  it.each([
    ['not given to a person', {}, 'workflow.effect_not_escalated', false],
    ['of another run', { effectKey: 'another' }, 'workflow.run_not_found', true],
    ['of no run', { runId: 'f'.repeat(64) }, 'workflow.run_not_found', true],
    ['of an action that the person asked for', { requestedBy: 'olga' }, 'workflow.own_action', true],
  ])('is settled by nobody when it is %s', async (_what, change, code, escalated) => {
    if (escalated) await become('escalated');
    await expect(resolve(change)).rejects.toMatchObject({ code });
    expect(written).toEqual([]);
  });
});

describe('a run of which nothing has left', () => {
  it('is cancelled, gives back what it reserved, and never acts', async () => {
    expect(await cancel()).toMatchObject({ status: 'cancelled', effects: [{ state: 'refused' }] });
    expect(written).toMatchObject([{ type: 'decision', facts: { verdict: 'DENY', subject: 'run' } }]);
    expect(settled).toEqual([`${run.decision_id} refused`]);
    await world.settle();
    expect(world.platform.performed(key())).toBe(0);
    expect((await world.journal.waiting()).open).toBe(0);
  });

  it('is the only one that is cancelled', async () => {
    await become('dispatched');
    await expect(cancel()).rejects.toMatchObject({ code: 'workflow.run_not_cancellable' });
    await expect(cancel('f'.repeat(64))).rejects.toMatchObject({ code: 'workflow.run_not_found' });
    expect([written, settled]).toEqual([[], []]);
  });
});
