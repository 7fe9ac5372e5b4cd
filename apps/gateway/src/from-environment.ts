import { openRedisCache } from '@dmitry/cache/redis';
import { PRODUCER_VERSION, type ServiceRegistration } from '@dmitry/contracts';
import { type Clock, type IdSource, type Logger, type Mode, modeOf } from '@dmitry/kit';
import { authConfig, type Config, environment, loadConfig } from '@dmitry/kit/config';
import { JsonLogger, RandomIds, SystemClock } from '@dmitry/kit/node';
import { llmConfig, llmOptionsOf } from '@dmitry/llm/nest';
import { KafkaEventBus } from '@dmitry/messaging/kafka';
import { kafkaConfig } from '@dmitry/messaging/nest';
import { neighbourOptionsOf, neighboursConfig } from '@dmitry/platform-client/nest';
import { openRedisRateLimitStore } from '@dmitry/ratelimit/redis';
import { storageConfig } from '@dmitry/storage/nest';
import { PostgresDatabase } from '@dmitry/storage/postgres';
import { PrometheusMetrics } from '@dmitry/telemetry/prometheus';
import { ledgerConfig, ledgerOptionsOf } from '@dmitry/trust-ledger/nest';
import { jobQueueConfig } from '@dmitry/workflow/nest';
import { gatewayConfig } from './gateway.config.ts';
import { CAPABILITIES } from './legacy/version.controller.ts';
import { perMinuteOf } from './limits.ts';
import type { GatewayParts } from './module.ts';
import { verifierOf } from './token-verifier.ts';

export const DEFINITIONS = [
  gatewayConfig,
  authConfig,
  storageConfig,
  kafkaConfig,
  jobQueueConfig,
  ledgerConfig,
  neighboursConfig,
  llmConfig,
] as const;
type Values = Config<typeof DEFINITIONS>;

interface Surroundings {
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly logger: Logger;
}

/** The gateway on real services, as the environment names them; it refuses to start without one (DESIGN.md 4). */
export function gatewayFromEnvironment(env = environment()) {
  const config = loadConfig(DEFINITIONS, env);
  const clock = new SystemClock();
  const logger = new JsonLogger({ clock, level: config.gateway.LOG_LEVEL, fields: { service: 'gateway' } });
  const around = { clock, ids: new RandomIds(clock), logger };
  return { config, parts: partsOf(config, around, modeOf(env)), clock, logger };
}

function partsOf(config: Values, around: Surroundings, mode: Mode): GatewayParts {
  const { clock, logger } = around;
  const { DATABASE_URL: url, DMITRY_MASTER_KEY: masterKey } = config.storage;
  const redis = config.jobs.REDIS_URL.reveal();
  const metrics = new PrometheusMetrics();
  const registration = registrationOf(config);
  return {
    kit: { ...around, verifier: verifierOf(config.auth, around, mode) },
    telemetry: { metrics, exposition: metrics },
    storage: {
      open: (migrations) => PostgresDatabase.open({ url: url.reveal(), migrations, clock }),
      masterKey: Buffer.from(masterKey.reveal(), 'hex'),
    },
    bus: { open: () => KafkaEventBus.open({ brokers: config.kafka.KAFKA_BROKERS.split(','), clock, logger }) },
    ledger: ledgerOptionsOf(config.ledger),
    cache: { open: (surroundings) => openRedisCache({ ...surroundings, url: redis }) },
    limits: {
      open: () => openRedisRateLimitStore({ url: redis, logger }),
      perMinute: perMinuteOf(config.gateway),
    },
    neighbours: neighbourOptionsOf(config.neighbours),
    ...llmOptionsOf(config.llm),
    build: { version: PRODUCER_VERSION, build: config.gateway.BUILD },
    ...(registration ? { registration } : {}),
    ...(config.gateway.OPERATORS_TENANT === undefined ? {} : { operatorsTenant: config.gateway.OPERATORS_TENANT }),
  };
}

function registrationOf({ gateway }: Values): ServiceRegistration | undefined {
  if (gateway.PUBLIC_URL === undefined) return undefined;
  return {
    service_name: 'dmitry',
    service_type: 'dmitry',
    base_url: gateway.PUBLIC_URL,
    version: PRODUCER_VERSION,
    capabilities: [...CAPABILITIES],
    health_endpoint: '/health',
  };
}
