import type { ChatCitation } from '@dmitry/contracts';
import type { Clock, Logger } from '@dmitry/kit';
import type { DeadLetters, Inbox, Offsets, Outbox } from '@dmitry/messaging';
import type { CallContext, CallRecorder } from '@dmitry/outbound';
import type { RiskFacts } from '@dmitry/risk';
import type { Approvals, ApproverKeys, Decisions, GatePolicies, HaltSwitch, SafetyGate } from '@dmitry/safety-gate';
import type { Database, DataKeys, Tx } from '@dmitry/storage';
import type { Ledger, LedgerLogs, LedgerSession } from '@dmitry/trust-ledger';
import type { Advice, Analyst, RecordedAnswers } from '@dmitry/analyst';
import type { JobJournal, KillPoint, RunStore } from '@dmitry/workflow';
import type { Static } from 'typebox';
import type { AdviceStore } from './advice-store.port.ts';
import type { Correlator } from './correlator.port.ts';
import type { EventStore } from './event-store.port.ts';
import type { ModeStore } from './mode-store.port.ts';
import type { FindingStore, IncidentStore } from './finding-store.port.ts';
import type { IncomingEvent } from './record-events.ts';

/** One citation of a chat reply (domain.md 1.2). */
export type Citation = Static<typeof ChatCitation>;

/** When a finding is old enough to be judged (DESIGN.md 5.2). */
export interface Patience {
  /** How late an event may be and still belong, ms of event time. @default 3600000 */
  readonly latenessMs: number;
  /** A tenant whose events have stopped for this long is idle: what it has is judged. ms by our clock. @default 5000 */
  readonly idleMs: number;
  /** Limit of one enrichment, advice or judgement, ms. @default 120000 */
  readonly deadlineMs: number;
}

export const DEFAULT_PATIENCE: Patience = { latenessMs: 3_600_000, idleMs: 5_000, deadlineMs: 120_000 };

/**
 * Told of events once they are committed: for what may miss some, since a process that dies in between tells nobody. Must not throw.
 */
export type OnAccepted = (tenant: string, events: readonly IncomingEvent[]) => void;

/** Everything that the use cases stand on. */
export interface PipelineOptions {
  readonly database: Database;
  readonly dataKeys: DataKeys;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly ledger: Ledger;
  /** Makes the recorder of a session, for the calls that leave. */
  readonly recorder: (session: LedgerSession) => CallRecorder;
  readonly inbox: Inbox;
  readonly outbox: Outbox;
  readonly offsets: Offsets;
  readonly deadLetters: DeadLetters;
  readonly correlator: Correlator;
  readonly events: EventStore;
  readonly findings: FindingStore;
  readonly incidents: IncidentStore;
  readonly advices: AdviceStore;
  readonly riskFacts: (context: CallContext) => RiskFacts;
  readonly analyst: Analyst;
  /** Cited entries in the words of `/chat`. */
  readonly citationsOf: (tx: Tx, ids: readonly string[]) => Promise<ReadonlyMap<string, Citation>>;
  /** What the model and the tools answered while an advice was made; null where it was erased. */
  readonly answersOf: (tx: Tx, advice: Advice) => Promise<RecordedAnswers | null>;
  readonly gate: SafetyGate;
  readonly approvals: Approvals;
  readonly approverKeys: ApproverKeys;
  readonly policies: GatePolicies;
  readonly halts: HaltSwitch;
  readonly decisions: Decisions;
  readonly modes: ModeStore;
  readonly runs: RunStore;
  readonly jobs: JobJournal;
  readonly logs: LedgerLogs;
  readonly patience?: Partial<Patience>;
  readonly onAccepted?: OnAccepted;
  readonly killPoint?: KillPoint;
}

/** Kinds of jobs of the pipeline. A job carries only ids: `enrich` none, `advise` an incident, `judge` an approval, `deferred` a decision. */
export const JOB_KINDS = { enrich: 'enrich', advise: 'advise', judge: 'judge', deferred: 'deferred' } as const;
/** The key of a tenant's only enrich job. */
export const ENRICH_KEY = 'pending';

export const patienceOf = (options: Pick<PipelineOptions, 'patience'>): Patience => ({
  ...DEFAULT_PATIENCE,
  ...options.patience,
});
