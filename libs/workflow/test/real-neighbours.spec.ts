import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Action, Run } from '@dmitry/contracts';
import { silentLogger } from '@dmitry/kit';
import { ManualClock, SeededIds } from '@dmitry/kit/memory';
import { builtinPolicy } from '@dmitry/safety-gate';
import { createSafetyGate, safetyGateMigrations, type SafetyGateParts } from '@dmitry/safety-gate/storage';
import type { Database } from '@dmitry/storage';
import { createDataKeys, createLeases, createSealer } from '@dmitry/storage/sql';
import { openTestDatabase } from '@dmitry/storage/testing';
import { createLogSigners, type Ledger, type Sequencer, type StoredEntry } from '@dmitry/trust-ledger';
import { createCallRecorder } from '@dmitry/trust-ledger/outbound';
import { createLedger, createSequencer, trustLedgerMigrations } from '@dmitry/trust-ledger/storage';
import { JobRunner, RunWorker } from '../src/core/index.ts';
import { MemoryJobDispatcher } from '../src/memory/index.ts';
import { SqlJobJournal, SqlRunStore, workflowMigrations } from '../src/storage/index.ts';
import { FakePlatform } from './fake-platform.ts';

const TENANT = 'acme';
const clock = new ManualClock();
const ids = new SeededIds(clock, 'real neighbours');
const platform = new FakePlatform(clock);

let database: Database;
let ledger: Ledger;
let parts: SafetyGateParts;
let runs: SqlRunStore;
let runner: JobRunner;
let sequencer: Sequencer;

beforeAll(async () => {
  database = await openTestDatabase([...trustLedgerMigrations, ...safetyGateMigrations, ...workflowMigrations]);
  const dataKeys = createDataKeys({ ids, masterKey: ids.bytes(32) });
  const identity = { deployment: 'dmitry.example.com', pseudonymKey: ids.bytes(32) };
  ledger = createLedger({ ...identity, database, dataKeys, sealer: createSealer(ids), clock, ids });
  sequencer = createSequencer({
    ...identity,
    database,
    leases: createLeases(database),
    signer: createLogSigners(ids.bytes(32)),
    logger: silentLogger,
    holder: 'test',
  });
  parts = createSafetyGate({ clock, ids, ledger, policy: builtinPolicy });
  const journal = new SqlJobJournal(database);
  runs = new SqlRunStore(journal, clock);
  const recorder = (session: Parameters<typeof createCallRecorder>[0]) => createCallRecorder(session, { database });
  const worker = new RunWorker({ database, runs, ledger, gate: parts.gate, executor: platform, recorder, clock });
  runner = new JobRunner({ journal, dispatcher: new MemoryJobDispatcher(), clock, logger: silentLogger });
  runner.handle('run', (job) => worker.handle(job));
}, 60_000);
afterAll(() => database.close());

/** Time goes on while the log is written: with a backlog the ledger would begin nothing new. */
async function pass(ms: number): Promise<void> {
  await clock.advance(ms);
  await sequencer.round();
}

/** A read that was recorded, a decision that stands on it, and the run of its ALLOW. */
async function allowed(target: string): Promise<Run> {
  const session = await ledger.openSession(TENANT, { kind: 'service', name: 'orchestrator' });
  const call = {
    service: 'platform',
    operation: 'risk-findings.get',
    effect: 'read',
    request: { path: `/api/v1/risk-findings?entity_id=${target}` },
  } as const;
  const recorder = createCallRecorder(session, { database });
  const outcome = await recorder.outcome(await recorder.intent(call), call, {
    status: 'success',
    latencyMs: 1,
    attempts: 1,
  });
  const action: Action = { action_type: 'alert', target: { type: 'identity', id: target }, params: {} };
  return database.tenant(TENANT, async (tx) => {
    const request = {
      tenant: TENANT,
      action,
      findingId: null,
      confidence: 0.9,
      evidence: [outcome],
      requestedBy: 'analyst',
    };
    const { decision } = await parts.gate.decide(tx, session, request);
    expect(decision.verdict).toBe('ALLOW');
    const planned = { findingId: null, action, actionDigest: decision.action_digest, decisionId: String(decision.id) };
    return runs.plan(tx, planned, clock.now());
  });
}

const entriesOf = (run: Run): Promise<StoredEntry[]> =>
  database.tenant(TENANT, (tx) => ledger.list(tx, { run: run.id }));
const stateOf = async (run: Run): Promise<string | undefined> =>
  (await database.tenant(TENANT, (tx) => runs.get(tx, run.id)))?.effects[0]?.state;
const dangling = async (): Promise<number> => (await database.tenant(TENANT, (tx) => ledger.dangling(tx, 0))).length;

describe('a run with the real gate and ledger', () => {
  it('leaves an intent that names its decision and an outcome that names its intent', async () => {
    const run = await allowed('jdoe');
    await runner.drain();
    expect(await stateOf(run)).toBe('confirmed');
    const [intent, outcome] = (await entriesOf(run)).map(({ entry }) => entry).filter(({ type }) => type !== 'seal');
    expect(intent).toMatchObject({ type: 'intent', refs: { decision: run.decision_id } });
    expect(outcome).toMatchObject({ type: 'outcome', refs: { intent: intent?.id, decision: run.decision_id } });
    await pass(1_000);
    expect(await dangling()).toBe(0);
  });

  it('halted, sends nothing and keeps no intent; resumed, acts once', async () => {
    const run = await allowed('halted');
    const key = run.effects[0]?.effect_key ?? '';
    const session = await ledger.openSession(TENANT, { kind: 'operator', name: 'ops' });
    await database.tenant(TENANT, (tx) => parts.halts.halt(tx, session, { by: 'ops', reason: 'drill' }));
    await runner.drain();
    expect(await stateOf(run)).toBe('planned');
    expect(platform.performed(key)).toBe(0);
    await database.tenant(TENANT, (tx) => parts.halts.resume(tx, session, { by: 'ops', reason: 'over' }));
    await pass(60_000);
    await runner.drain();
    expect(await stateOf(run)).toBe('confirmed');
    expect(platform.performed(key)).toBe(1);
  });

  it('whose decision has expired is refused with the gate’s code', async () => {
    const run = await allowed('late');
    await pass(24 * 3_600_000);
    await runner.drain();
    const after = await database.tenant(TENANT, (tx) => runs.get(tx, run.id));
    expect(after?.effects[0]).toMatchObject({ state: 'refused', reason: expect.stringMatching(/^gate\./) });
  });
});
