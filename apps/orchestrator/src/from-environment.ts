import { PRODUCER_VERSION } from '@dmitry/contracts';
import { environment, loadConfig } from '@dmitry/kit/config';
import { JsonLogger, RandomIds, SystemClock } from '@dmitry/kit/node';
import { llmConfig, llmOptionsOf } from '@dmitry/llm/nest';
import { KafkaEventBus } from '@dmitry/messaging/kafka';
import { kafkaConfig } from '@dmitry/messaging/nest';
import { neighbourOptionsOf, neighboursConfig } from '@dmitry/platform-client/nest';
import { storageConfig } from '@dmitry/storage/nest';
import { PostgresDatabase } from '@dmitry/storage/postgres';
import { PrometheusMetrics } from '@dmitry/telemetry/prometheus';
import { createFileCheckpointKeeper } from '@dmitry/trust-ledger/files';
import { ledgerConfig, ledgerOptionsOf } from '@dmitry/trust-ledger/nest';
import { DEFAULT_EFFECT_TIMES } from '@dmitry/workflow';
import { BullmqJobDispatcher } from '@dmitry/workflow/bullmq';
import { jobQueueConfig } from '@dmitry/workflow/nest';
import { killPointOf } from './kill-point.ts';
import type { OrchestratorParts } from './module.ts';
import { orchestratorConfig, pairsOf } from './orchestrator.config.ts';

export const DEFINITIONS = [
  orchestratorConfig,
  storageConfig,
  kafkaConfig,
  jobQueueConfig,
  ledgerConfig,
  neighboursConfig,
  llmConfig,
] as const;

/** The orchestrator on real services, as the environment names them; it refuses to start without one (DESIGN.md 4). */
export function orchestratorFromEnvironment(env = environment()) {
  const config = loadConfig(DEFINITIONS, env);
  const { orchestrator: own, storage, jobs } = config;
  const clock = new SystemClock();
  const logger = new JsonLogger({ clock, level: own.LOG_LEVEL, fields: { service: 'orchestrator' } });
  const metrics = new PrometheusMetrics();
  const routing = { topics: pairsOf(own.TENANT_TOPICS), accounts: pairsOf(own.TENANT_ACCOUNTS) };
  const folder = config.ledger.DMITRY_CHECKPOINT_DIR;
  const parts: OrchestratorParts = {
    kit: { clock, ids: new RandomIds(clock), logger },
    telemetry: { metrics, exposition: metrics },
    storage: {
      open: (migrations) => PostgresDatabase.open({ url: storage.DATABASE_URL.reveal(), migrations, clock }),
      masterKey: Buffer.from(storage.DMITRY_MASTER_KEY.reveal(), 'hex'),
    },
    bus: { open: () => KafkaEventBus.open({ brokers: config.kafka.KAFKA_BROKERS.split(','), clock, logger }) },
    ledger: {
      ...ledgerOptionsOf(config.ledger),
      sequence: folder === undefined ? {} : { keeper: createFileCheckpointKeeper(folder) },
    },
    neighbours: neighbourOptionsOf(config.neighbours),
    ...llmOptionsOf(config.llm),
    jobs: {
      leaseMs: own.JOB_LEASE_MS,
      times: { ...DEFAULT_EFFECT_TIMES, notAfterMs: own.EFFECT_NOT_AFTER_MS },
      open: (around) => new BullmqJobDispatcher({ ...around, url: jobs.REDIS_URL.reveal(), queue: own.JOB_QUEUE }),
    },
    consume: { routing, topics: Object.keys(routing.topics), group: own.CONSUMER_GROUP },
    patience: { idleMs: own.IDLE_MS, latenessMs: own.LATENESS_MS },
    version: PRODUCER_VERSION,
    ...(own.DMITRY_KILL_POINT === undefined ? {} : { killPoint: killPointOf(own.DMITRY_KILL_POINT) }),
  };
  return { config, parts, clock, logger };
}
