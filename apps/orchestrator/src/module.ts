import { AnalystModule } from '@dmitry/analyst/nest';
import { correlationMigrations } from '@dmitry/correlation/storage';
import { HealthModule } from '@dmitry/health/nest';
import { KitModule, type KitModuleOptions } from '@dmitry/kit/nest';
import { LlmIndicators, LlmModule, type LlmModuleOptions } from '@dmitry/llm/nest';
import { MessagingHealth, MessagingModule, type MessagingModuleOptions, OutboxHealth } from '@dmitry/messaging/nest';
import { createOutbox, messagingMigrations } from '@dmitry/messaging/storage';
import { OutboundModule, type OutboundModuleOptions } from '@dmitry/outbound/nest';
import { countAnnouncements, type OnAccepted, type Patience, runFinished } from '@dmitry/pipeline';
import { PipelineModule, type PipelineWorkOptions } from '@dmitry/pipeline/nest';
import { pipelineMigrations } from '@dmitry/pipeline/storage';
import {
  NeighbourIndicators,
  PlatformClientModule,
  type PlatformClientModuleOptions,
} from '@dmitry/platform-client/nest';
import { RiskFactsSource, RiskModule } from '@dmitry/risk/nest';
import { SafetyGateModule } from '@dmitry/safety-gate/nest';
import { safetyGateMigrations } from '@dmitry/safety-gate/storage';
import { StorageHealth, StorageModule, type StorageModuleOptions } from '@dmitry/storage/nest';
import { TelemetryModule, type TelemetryModuleOptions } from '@dmitry/telemetry/nest';
import { SequencerHealth, TrustLedgerModule, type TrustLedgerModuleOptions } from '@dmitry/trust-ledger/nest';
import { trustLedgerMigrations } from '@dmitry/trust-ledger/storage';
import type { KillPoint } from '@dmitry/workflow';
import { JobQueueHealth, WorkflowModule, type WorkflowModuleOptions } from '@dmitry/workflow/nest';
import { workflowMigrations } from '@dmitry/workflow/storage';
import { type DynamicModule, Module } from '@nestjs/common';

export { openBus, topicCreation } from './open-bus.ts';
export { orchestratorConfig } from './orchestrator.config.ts';
export { workOf } from './work-settings.ts';

/** What the app stands on: the real services (main.ts), or embedded ones (the host). */
export interface OrchestratorParts {
  readonly kit: KitModuleOptions;
  readonly telemetry: TelemetryModuleOptions;
  readonly storage: Omit<StorageModuleOptions, 'migrations'>;
  readonly bus: Pick<MessagingModuleOptions, 'open'>;
  readonly ledger: TrustLedgerModuleOptions;
  readonly neighbours: Omit<PlatformClientModuleOptions, 'membership'>;
  readonly llm: LlmModuleOptions;
  /** Outbound clients that other modules ask for by token. */
  readonly clients?: OutboundModuleOptions['clients'];
  readonly jobs: Pick<WorkflowModuleOptions, 'open' | 'times' | 'leaseMs'>;
  readonly consume: PipelineWorkOptions;
  readonly version: string;
  readonly patience?: Partial<Patience>;
  /** Told of events that were accepted. */
  readonly onAccepted?: OnAccepted;
  /** Crash suites only. */
  readonly killPoint?: KillPoint;
}

/** Tokens of the indicators of the work that this app alone does: a process that holds it with another app reports them too. */
export const WORK_INDICATORS = [OutboxHealth, JobQueueHealth, SequencerHealth];

const migrations = [
  ...trustLedgerMigrations,
  ...messagingMigrations,
  ...correlationMigrations,
  ...safetyGateMigrations,
  ...workflowMigrations,
  ...pipelineMigrations,
];

const outbox = createOutbox();
/** What ended is told to others in the transaction that ends it. */
const announceRun: NonNullable<WorkflowModuleOptions['onFinished']> = async (tx, run) => {
  await outbox.enqueue(tx, runFinished(run));
};

/** Kafka and the job queue drive it; people only ask for its health. */
@Module({})
export class OrchestratorModule {
  static forRoot(parts: OrchestratorParts): DynamicModule {
    const killPoint = parts.killPoint ? { killPoint: parts.killPoint } : {};
    const patience = parts.patience ? { patience: parts.patience } : {};
    const onAccepted = parts.onAccepted ? { onAccepted: parts.onAccepted } : {};
    return {
      module: OrchestratorModule,
      imports: [
        // platform
        KitModule.forRoot(parts.kit),
        TelemetryModule.forRoot(parts.telemetry),
        StorageModule.forRoot({ ...parts.storage, migrations }),
        MessagingModule.forRoot({
          ...parts.bus,
          relay: true,
          onPublished: countAnnouncements(parts.telemetry.metrics),
        }),
        // capabilities
        TrustLedgerModule.forRoot(parts.ledger),
        PlatformClientModule.forRoot(parts.neighbours),
        RiskModule.forRoot(),
        OutboundModule.forRoot({ clients: parts.clients ?? [] }),
        LlmModule.forRoot(parts.llm),
        SafetyGateModule.forRoot(),
        AnalystModule.forRoot(),
        WorkflowModule.forRoot({ ...parts.jobs, ...killPoint, onFinished: announceRun }),
        PipelineModule.forRoot({
          riskFacts: RiskFactsSource,
          work: parts.consume,
          ...patience,
          ...onAccepted,
          ...killPoint,
        }),
        HealthModule.forRoot({
          service: 'dmitry-orchestrator',
          version: parts.version,
          indicators: [StorageHealth, MessagingHealth, ...WORK_INDICATORS, NeighbourIndicators, LlmIndicators],
        }),
      ],
    };
  }
}
