import type { Advice, Analyst } from '@dmitry/analyst';
import { chatCitations, recordedAnswers } from '@dmitry/analyst/ledger';
import type { Action, EntityRef, Principal } from '@dmitry/contracts';
import { compileRules, defaultRules } from '@dmitry/correlation';
import { correlationMigrations, createStoredCorrelator } from '@dmitry/correlation/storage';
import { silentLogger } from '@dmitry/kit';
import { ManualClock, SeededIds } from '@dmitry/kit/memory';
import {
  createDeadLetters,
  createInbox,
  createOffsets,
  createOutbox,
  messagingMigrations,
} from '@dmitry/messaging/storage';
import type { CallContext } from '@dmitry/outbound';
import { builtinPolicy } from '@dmitry/safety-gate';
import { createSafetyGate, safetyGateMigrations } from '@dmitry/safety-gate/storage';
import type { Database } from '@dmitry/storage';
import { createDataKeys, createLeases, createSealer } from '@dmitry/storage/sql';
import { openTestDatabase } from '@dmitry/storage/testing';
import { createLogSigners, type Sequencer } from '@dmitry/trust-ledger';
import { createCallRecorder } from '@dmitry/trust-ledger/outbound';
import { createLedger, createLedgerLogs, createSequencer, trustLedgerMigrations } from '@dmitry/trust-ledger/storage';
import { JobRunner } from '@dmitry/workflow';
import { MemoryJobDispatcher } from '@dmitry/workflow/memory';
import { SqlJobJournal, SqlRunStore, workflowMigrations } from '@dmitry/workflow/storage';
import { createPipeline, type PipelineOptions } from '../../src/core/index.ts';
import { createPipelineStores, pipelineMigrations } from '../../src/storage/index.ts';

/** What specs may steer: the analyst's next answers, and what PDRI knows. */
export interface Script {
  advice: (finding: string, evidence: readonly string[]) => Partial<Advice>;
  facts: (
    entity: EntityRef,
  ) => { readonly exposure: number; readonly sensitivity: number; readonly volatility: number } | null;
  /** PDRI does not answer. */
  away: boolean;
  killAt: string | null;
}

/** Everything real but the analyst and PDRI, over one database in memory and a clock that the spec moves. */
export async function openWorld(parts: { readonly analyst?: (clock: ManualClock) => Analyst } = {}) {
  const clock = new ManualClock(Date.parse('2026-03-01T12:00:00Z'));
  const ids = new SeededIds(clock, 'pipeline');
  const database = await openTestDatabase([
    ...trustLedgerMigrations,
    ...messagingMigrations,
    ...correlationMigrations,
    ...safetyGateMigrations,
    ...workflowMigrations,
    ...pipelineMigrations,
  ]);
  const script: Script = { advice: () => ({}), facts: () => null, away: false, killAt: null };
  const identity = { deployment: 'test.example', pseudonymKey: ids.bytes(32) };
  const signer = createLogSigners(ids.bytes(32));
  const dataKeys = createDataKeys({ ids, masterKey: ids.bytes(32) });
  const sealer = createSealer(ids);
  const ledger = createLedger({ ...identity, database, dataKeys, sealer, clock, ids });
  const gate = createSafetyGate({ clock, ids, ledger, policy: builtinPolicy });
  const outbox = createOutbox();
  const jobs = new SqlJobJournal(database);
  const options: PipelineOptions = {
    database,
    clock,
    logger: silentLogger,
    ledger,
    logs: createLedgerLogs({ ...identity, database, signer }),
    recorder: (session) => createCallRecorder(session, { database }),
    inbox: createInbox(),
    outbox,
    offsets: createOffsets(),
    deadLetters: createDeadLetters({ outbox, keys: dataKeys, sealer }),
    correlator: createStoredCorrelator({ ruleset: compileRules(defaultRules()), clock }),
    ...createPipelineStores({ dataKeys, sealer }),
    riskFacts: (context) => ({ gather: (entities) => gather(script, context, entities) }),
    analyst: parts.analyst?.(clock) ?? scriptedAnalyst(script),
    citationsOf: (tx, cited) => chatCitations(ledger, tx, cited),
    answersOf: (tx, advice) => recordedAnswers(ledger, tx, advice),
    gate: gate.gate,
    approvals: gate.approvals,
    approverKeys: gate.keys,
    policies: gate.policies,
    dataKeys,
    decisions: gate.decisions,
    halts: gate.halts,
    runs: new SqlRunStore(jobs, clock),
    jobs,
    patience: { idleMs: 1_000 },
    killPoint: (name) => {
      if (name === script.killAt) throw new Error(`killed at ${name}`);
    },
  };
  const pipeline = createPipeline(options);
  const runner = new JobRunner({ journal: jobs, dispatcher: new MemoryJobDispatcher(), clock, logger: silentLogger });
  pipeline.handleJobs(runner);
  const sequencer = createSequencer({
    ...identity,
    database,
    leases: createLeases(database),
    signer,
    logger: silentLogger,
    holder: 'spec',
  });
  return {
    clock,
    ids,
    database,
    script,
    options,
    pipeline,
    runner,
    gate,
    ledger,
    dataKeys,
    sealer,
    sequencer,
    drain: () => drain(clock, runner, sequencer),
  };
}
export type World = Awaited<ReturnType<typeof openWorld>>;

const scriptedAnalyst = (script: Script): Analyst => ({
  advise: async ({ request, evidence }, context) =>
    adviceOf(
      script.advice(
        request.finding_id,
        evidence.map(({ entry }) => entry),
      ),
      await read(context, 'model'),
    ),
  chat: async ({ evidence }, context) =>
    adviceOf(
      script.advice(
        '',
        evidence.map(({ entry }) => entry),
      ),
      await read(context, 'model'),
    ),
});

/** Lets time pass until no job of the pipeline is due within a minute. Runs are planned here and done elsewhere. */
async function drain(clock: ManualClock, runner: JobRunner, sequencer: Sequencer): Promise<void> {
  for (let round = 0; round < 60; round += 1) {
    await runner.drain();
    while ((await sequencer.round()) > 0);
    await clock.advance(1_000);
  }
}

async function gather(script: Script, context: CallContext, entities: readonly EntityRef[]) {
  const facts = [];
  for (const entity of entities) {
    const known = script.away ? null : script.facts(entity);
    const entry = known ? await read(context, entity.id) : '';
    const { exposure = null, sensitivity = null, volatility = null } = known ?? {};
    facts.push({ entity, exposure, sensitivity, volatility, criticality: null, evidence: entry === '' ? [] : [entry] });
  }
  return { facts, partial: script.away };
}

/** A read as outbound records it. @returns the outcome's entry */
export async function read({ recorder }: CallContext, what: string): Promise<string> {
  const intent = {
    service: what === 'model' ? 'llm' : 'pdri',
    operation: what === 'model' ? 'chat.complete' : 'entity-risk.get',
    effect: 'read',
    request: { method: 'GET', path: `/entities/${encodeURIComponent(what)}/risk-score` },
  } as const;
  const entry = await recorder.intent(intent);
  return recorder.outcome(entry, intent, { status: 'success', latencyMs: 1, attempts: 1, response: { what } });
}

const adviceOf = (part: Partial<Advice>, modelCall: string): Advice => ({
  kind: 'advice',
  code: null,
  subject: {
    findingId: null,
    eventId: null,
    correlationId: null,
    entity: null,
    entityName: null,
    riskScore: null,
    findingResolved: false,
    eventResolved: false,
  },
  summary: 'What happened.',
  riskFactors: [],
  impact: '',
  proposals: [],
  citations: [],
  refused: [],
  warnings: [],
  claims: [],
  unavailable: [],
  confidence: 0.9,
  evidence: [],
  toolCalls: [],
  modelCalls: [modelCall],
  usage: { inputTokens: 1, outputTokens: 1 },
  provider: 'scripted',
  model: 'scripted',
  ...part,
});

export const proposal = (
  action: Action,
  evidence: readonly string[],
  confidence = 0.95,
): Advice['proposals'][number] => ({
  action,
  reason: 'because of the events',
  confidence,
  evidence,
  priority: 5,
});

export const principal = (tenant: string, subject: string, ...roles: Principal['roles'][number][]): Principal => ({
  tenant,
  subject,
  roles,
});

/** A SecurityEvent that makes a finding by itself: data to the outside, by a privileged identity. */
export const exportEvent = (n: number, more: Record<string, unknown> = {}) => ({
  event_id: `e-${n}`,
  event_type: 'DATA_EXPORT',
  timestamp: new Date(Date.parse('2026-03-01T10:00:00Z') + n * 60_000).toISOString(),
  source_system_id: 'dlp',
  identity_id: 'identity:eve',
  target_entity_id: 'datastore:customers',
  exposure_direction: 'internal_to_external',
  sensitivity_tags: ['financial_related'],
  data_volume_estimate: 600_000_000,
  privilege_level: 'admin',
  ...more,
});
export type { Database };
