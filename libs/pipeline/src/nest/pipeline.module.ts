import { Analyst } from '@dmitry/analyst';
import { chatCitations, recordedAnswers } from '@dmitry/analyst/ledger';
import { compileRules, defaultRules } from '@dmitry/correlation';
import { createStoredCorrelator } from '@dmitry/correlation/storage';
import { Clock, Logger } from '@dmitry/kit';
import { DeadLetters, EventBus, Inbox, Offsets, Outbox } from '@dmitry/messaging';
import type { CallContext } from '@dmitry/outbound';
import type { RiskFacts } from '@dmitry/risk';
import { Approvals, ApproverKeys, Decisions, GatePolicies, HaltSwitch, SafetyGate } from '@dmitry/safety-gate';
import { Database, DataKeys, Sealer } from '@dmitry/storage';
import { Ledger, LedgerLogs } from '@dmitry/trust-ledger';
import { createCallRecorder } from '@dmitry/trust-ledger/outbound';
import { JobJournal, JobRunner, type KillPoint, RunStore } from '@dmitry/workflow';
import { type DynamicModule, type InjectionToken, Module, type Provider } from '@nestjs/common';
import { createPipeline, type OnAccepted, type Patience, Pipeline, type PipelineOptions } from '../core/index.ts';
import { createPipelineStores } from '../storage/index.ts';
import { PipelineWork, type PipelineWorkOptions, WorkOptions } from './pipeline-work.ts';

export interface PipelineModuleOptions {
  /** Token of a function that makes the source of risk facts for one call context. */
  readonly riskFacts: InjectionToken;
  readonly patience?: Partial<Patience>;
  /** Sigma texts. @default the rules that come with `@dmitry/correlation` */
  readonly rules?: readonly string[];
  /** With it the process consumes topics and does jobs; without it it answers people. */
  readonly work?: PipelineWorkOptions;
  readonly onAccepted?: OnAccepted;
  /** Crash suites only. */
  readonly killPoint?: KillPoint;
}

const PORTS = {
  database: Database,
  clock: Clock,
  logger: Logger,
  ledger: Ledger,
  logs: LedgerLogs,
  inbox: Inbox,
  outbox: Outbox,
  offsets: Offsets,
  deadLetters: DeadLetters,
  analyst: Analyst,
  gate: SafetyGate,
  approvals: Approvals,
  approverKeys: ApproverKeys,
  policies: GatePolicies,
  dataKeys: DataKeys,
  halts: HaltSwitch,
  decisions: Decisions,
  runs: RunStore,
  jobs: JobJournal,
} as const;
const NAMES = Object.keys(PORTS) as (keyof typeof PORTS)[];

type WorkParts = [bus: EventBus, jobs: JobRunner, clock: Clock, logger: Logger];
type Ports = Pick<PipelineOptions, keyof typeof PORTS>;

function optionsOf(
  ports: Ports,
  parts: { riskFacts: (context: CallContext) => RiskFacts; sealer: Sealer },
  options: PipelineModuleOptions,
): PipelineOptions {
  const { patience, rules = defaultRules(), onAccepted, killPoint } = options;
  const { database, clock, ledger } = ports;
  return {
    ...ports,
    ...createPipelineStores({ dataKeys: ports.dataKeys, sealer: parts.sealer }),
    riskFacts: parts.riskFacts,
    recorder: (session) => createCallRecorder(session, { database }),
    citationsOf: (tx, ids) => chatCitations(ledger, tx, ids),
    answersOf: (tx, advice) => recordedAnswers(ledger, tx, advice),
    correlator: createStoredCorrelator({
      ruleset: compileRules(rules),
      clock,
      ...(patience?.latenessMs === undefined ? {} : { latenessMs: patience.latenessMs }),
    }),
    ...(patience ? { patience } : {}),
    ...(onAccepted ? { onAccepted } : {}),
    ...(killPoint ? { killPoint } : {}),
  };
}

/** The use cases over the modules of the app; with `work` also its consumers and job handlers. Its migrations go to the storage module. */
@Module({})
export class PipelineModule {
  static forRoot(options: PipelineModuleOptions): DynamicModule {
    const pipeline: Provider = {
      provide: Pipeline,
      inject: [options.riskFacts, Sealer, ...NAMES.map((name) => PORTS[name])],
      useFactory: (riskFacts: (context: CallContext) => RiskFacts, sealer: Sealer, ...ports: unknown[]) =>
        createPipeline(
          optionsOf(
            Object.fromEntries(NAMES.map((name, at) => [name, ports[at]])) as unknown as Ports,
            { riskFacts, sealer },
            options,
          ),
        ),
    };
    const work: Provider[] = options.work
      ? [
          { provide: WorkOptions, useValue: options.work },
          {
            provide: PipelineWork,
            inject: [Pipeline, WorkOptions, EventBus, JobRunner, Clock, Logger],
            useFactory: (made: Pipeline, workOptions: PipelineWorkOptions, ...parts: WorkParts) => {
              const [bus, jobs, clock, logger] = parts;
              return new PipelineWork(made, { bus, jobs, clock, logger }, workOptions);
            },
          },
        ]
      : [];
    return { module: PipelineModule, global: true, providers: [pipeline, ...work], exports: [Pipeline] };
  }
}
