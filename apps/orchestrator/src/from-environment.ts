import { PRODUCER_VERSION, topicsOf } from '@dmitry/contracts';
import { environment, loadConfig } from '@dmitry/kit/config';
import { JsonLogger, RandomIds, SystemClock } from '@dmitry/kit/node';
import { llmConfig, llmOptionsOf } from '@dmitry/llm/nest';
import { kafkaConfig, kafkaTopicsConfig } from '@dmitry/messaging/nest';
import { createHttpClient } from '@dmitry/outbound/http';
import { neighbourOptionsOf, neighboursConfig } from '@dmitry/platform-client/nest';
import { storageConfig } from '@dmitry/storage/nest';
import { PostgresDatabase } from '@dmitry/storage/postgres';
import { PrometheusMetrics } from '@dmitry/telemetry/prometheus';
import { ledgerConfig, ledgerOptionsOf, sequenceOptionsOf } from '@dmitry/trust-ledger/nest';
import { BullmqJobDispatcher } from '@dmitry/workflow/bullmq';
import { jobQueueConfig } from '@dmitry/workflow/nest';
import { killPointOf } from './kill-point.ts';
import type { OrchestratorParts } from './module.ts';
import { openBus, topicCreation } from './open-bus.ts';
import { orchestratorConfig } from './orchestrator.config.ts';
import { workOf } from './work-settings.ts';

export const DEFINITIONS = [
  orchestratorConfig,
  storageConfig,
  kafkaConfig,
  kafkaTopicsConfig,
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
  const work = workOf(own);
  const around = { clock, ids: new RandomIds(clock), logger };
  const open = (baseUrl: string) => createHttpClient({ service: 'witness', baseUrl, metrics, ...around });
  const needs = { topics: topicsOf(work.consume.topics), ...topicCreation(config.topics) };
  const parts: OrchestratorParts = {
    kit: around,
    telemetry: { metrics, exposition: metrics },
    storage: {
      open: (migrations) => PostgresDatabase.open({ url: storage.DATABASE_URL.reveal(), migrations, clock }),
      masterKey: Buffer.from(storage.DMITRY_MASTER_KEY.reveal(), 'hex'),
    },
    bus: { open: () => openBus({ brokers: config.kafka.KAFKA_BROKERS.split(','), clock, logger }, needs) },
    ledger: {
      ...ledgerOptionsOf(config.ledger),
      sequence: sequenceOptionsOf(config.ledger, { open, logger, metrics }),
    },
    neighbours: neighbourOptionsOf(config.neighbours),
    ...llmOptionsOf(config.llm),
    jobs: {
      ...work.jobs,
      open: (around) => new BullmqJobDispatcher({ ...around, url: jobs.REDIS_URL.reveal(), queue: own.JOB_QUEUE }),
    },
    consume: work.consume,
    patience: work.patience,
    version: PRODUCER_VERSION,
    ...(own.DMITRY_KILL_POINT === undefined ? {} : { killPoint: killPointOf(own.DMITRY_KILL_POINT) }),
  };
  return { config, parts, clock, logger };
}
