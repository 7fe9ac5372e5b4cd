import { AnalystModule } from '@dmitry/analyst/nest';
import { CacheIndicator, CacheModule, type CacheModuleOptions } from '@dmitry/cache/nest';
import type { ServiceRegistration } from '@dmitry/contracts';
import { correlationMigrations } from '@dmitry/correlation/storage';
import type { HealthIndicator } from '@dmitry/health';
import { HealthModule } from '@dmitry/health/nest';
import { KitModule, type KitModuleOptions } from '@dmitry/kit/nest';
import { LlmIndicators, LlmModule, type LlmModuleOptions } from '@dmitry/llm/nest';
import { MessagingHealth, MessagingModule, type MessagingModuleOptions } from '@dmitry/messaging/nest';
import { messagingMigrations } from '@dmitry/messaging/storage';
import { OutboundModule, type OutboundModuleOptions } from '@dmitry/outbound/nest';
import type { OnAccepted, Patience } from '@dmitry/pipeline';
import { PipelineModule } from '@dmitry/pipeline/nest';
import { pipelineMigrations } from '@dmitry/pipeline/storage';
import {
  NeighbourIndicators,
  PlatformClientModule,
  type PlatformClientModuleOptions,
} from '@dmitry/platform-client/nest';
import { RateLimitIndicator, RateLimitModule } from '@dmitry/ratelimit/nest';
import { RiskFactsSource, RiskModule } from '@dmitry/risk/nest';
import { SafetyGateModule } from '@dmitry/safety-gate/nest';
import { safetyGateMigrations } from '@dmitry/safety-gate/storage';
import { StorageHealth, StorageModule, type StorageModuleOptions } from '@dmitry/storage/nest';
import { recordHttpMetrics, TelemetryModule, type TelemetryModuleOptions } from '@dmitry/telemetry/nest';
import { TrustLedgerModule, type TrustLedgerModuleOptions } from '@dmitry/trust-ledger/nest';
import { trustLedgerMigrations } from '@dmitry/trust-ledger/storage';
import { WorkflowModule } from '@dmitry/workflow/nest';
import { workflowMigrations } from '@dmitry/workflow/storage';
import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { BuildInfo } from './build-info.ts';
import { AdviseController } from './legacy/advise.controller.ts';
import { OperatorController } from './legacy/operator.controller.ts';
import { VersionController } from './legacy/version.controller.ts';
import { type GatewayLimits, rateLimitsOf } from './limits.ts';
import { MeshModule } from './mesh.module.ts';
import { OperatorsTenant } from './operators-tenant.ts';
import { OpenApiController } from './open-api.controller.ts';
import { SealedCacheModule } from './sealed-cache.module.ts';
import { ActionsController } from './v1/actions.controller.ts';
import { ApprovalsController } from './v1/approvals.controller.ts';
import { ApproversController } from './v1/approvers.controller.ts';
import { DeadLettersController } from './v1/dead-letters.controller.ts';
import { ErasuresController } from './v1/erasures.controller.ts';
import { EventsController } from './v1/events.controller.ts';
import { FindingsController } from './v1/findings.controller.ts';
import { HaltController } from './v1/halt.controller.ts';
import { IncidentsController } from './v1/incidents.controller.ts';
import { LedgerController } from './v1/ledger.controller.ts';
import { PoliciesController } from './v1/policies.controller.ts';
import { RunsController } from './v1/runs.controller.ts';

export { gatewayConfig } from './gateway.config.ts';
export { perMinuteOf } from './limits.ts';
export { verifierOf } from './token-verifier.ts';

/** What an app of the house stands on: the real services (main.ts), or embedded ones (the host). */
export interface GatewayParts {
  readonly kit: KitModuleOptions;
  readonly telemetry: TelemetryModuleOptions;
  readonly storage: Omit<StorageModuleOptions, 'migrations'>;
  readonly bus: Pick<MessagingModuleOptions, 'open'>;
  readonly ledger: Omit<TrustLedgerModuleOptions, 'sequence'>;
  readonly neighbours: Omit<PlatformClientModuleOptions, 'membership' | 'cachedReads'>;
  /** Answers of Platform and PDRI for a while. */
  readonly cache: CacheModuleOptions;
  readonly limits: GatewayLimits;
  readonly llm: LlmModuleOptions;
  /** Outbound clients that other modules ask for by token. */
  readonly clients?: OutboundModuleOptions['clients'];
  readonly build: BuildInfo;
  /** Whose operators may halt every tenant. */
  readonly operatorsTenant?: string;
  readonly patience?: Partial<Patience>;
  /** Told of events that were accepted. */
  readonly onAccepted?: OnAccepted;
  /** Health of what else runs in the process. */
  readonly indicators?: readonly HealthIndicator[];
  /** Registers the gateway in the mesh. */
  readonly registration?: ServiceRegistration;
}

const migrations = [
  ...trustLedgerMigrations,
  ...messagingMigrations,
  ...correlationMigrations,
  ...safetyGateMigrations,
  ...workflowMigrations,
  ...pipelineMigrations,
];

/** What the gateway adds to an app before it listens. */
export const configureGateway = recordHttpMetrics;

const controllers = [
  AdviseController,
  OperatorController,
  VersionController,
  OpenApiController,
  EventsController,
  FindingsController,
  IncidentsController,
  ActionsController,
  ApprovalsController,
  RunsController,
  LedgerController,
  HaltController,
  DeadLettersController,
  ApproversController,
  PoliciesController,
  ErasuresController,
];

const providersOf = (parts: GatewayParts): Provider[] => [
  { provide: BuildInfo, useValue: parts.build },
  { provide: OperatorsTenant, useValue: { tenant: parts.operatorsTenant ?? null } },
];

@Module({})
export class GatewayModule {
  static forRoot(parts: GatewayParts): DynamicModule {
    const membership = parts.registration ? { membership: { registration: parts.registration } } : {};
    return {
      module: GatewayModule,
      imports: [
        // platform
        KitModule.forRoot(parts.kit),
        TelemetryModule.forRoot(parts.telemetry),
        StorageModule.forRoot({ ...parts.storage, migrations }),
        MessagingModule.forRoot(parts.bus),
        // after the kit, whose guard says who is calling
        RateLimitModule.forRoot(rateLimitsOf(parts.limits)),
        { module: SealedCacheModule, global: true },
        CacheModule.forRoot(parts.cache),
        // capabilities
        TrustLedgerModule.forRoot(parts.ledger),
        { module: MeshModule, global: true },
        PlatformClientModule.forRoot({ ...parts.neighbours, ...membership, cachedReads: {} }),
        RiskModule.forRoot(),
        OutboundModule.forRoot({ clients: parts.clients ?? [] }),
        LlmModule.forRoot(parts.llm),
        SafetyGateModule.forRoot(),
        AnalystModule.forRoot(),
        WorkflowModule.forRoot(),
        PipelineModule.forRoot({
          riskFacts: RiskFactsSource,
          ...(parts.patience ? { patience: parts.patience } : {}),
          ...(parts.onAccepted ? { onAccepted: parts.onAccepted } : {}),
        }),
        HealthModule.forRoot({
          service: 'dmitry',
          version: parts.build.version,
          indicators: [
            StorageHealth,
            MessagingHealth,
            RateLimitIndicator,
            CacheIndicator,
            NeighbourIndicators,
            LlmIndicators,
          ],
          ...(parts.indicators ? { further: parts.indicators } : {}),
        }),
      ],
      controllers,
      providers: providersOf(parts),
    };
  }
}
