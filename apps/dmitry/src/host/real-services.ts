import { openRedisCache } from '@dmitry/cache/redis';
import { topicsOf } from '@dmitry/contracts';
import type { GatewayParts } from '@dmitry/gateway/module';
import type { Clock, Logger } from '@dmitry/kit';
import { loadConfig } from '@dmitry/kit/config';
import { llmConfig, llmOptionsOf } from '@dmitry/llm/nest';
import type { EventBus } from '@dmitry/messaging';
import { kafkaConfig, kafkaTopicsConfig } from '@dmitry/messaging/nest';
import { openBus, type OrchestratorParts, topicCreation, workOf } from '@dmitry/orchestrator/module';
import { neighbourOptionsOf, neighboursConfig } from '@dmitry/platform-client/nest';
import { openRedisRateLimitStore } from '@dmitry/ratelimit/redis';
import { storageConfig } from '@dmitry/storage/nest';
import { PostgresDatabase } from '@dmitry/storage/postgres';
import { BullmqJobDispatcher } from '@dmitry/workflow/bullmq';
import { jobQueueConfig } from '@dmitry/workflow/nest';
import { type Home, withKeysOf } from './home.ts';
import type { HostConfig } from './host-config.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Real services in place of embedded ones: what is not here is embedded. */
export interface RealServices extends RealNeighbours {
  readonly database?: GatewayParts['storage']['open'];
  readonly bus?: () => Promise<EventBus>;
  readonly jobs?: OrchestratorParts['jobs']['open'];
  readonly cache?: GatewayParts['cache'];
  readonly limits?: GatewayParts['limits']['open'];
}

export interface RealNeighbours {
  readonly neighbours?: GatewayParts['neighbours'];
  readonly llm?: Pick<GatewayParts, 'llm' | 'clients'>;
}

/** Variables of the services that hold state, events and jobs. */
export const STORE_VARIABLES = ['DATABASE_URL', 'KAFKA_BROKERS', 'REDIS_URL'] as const;
/** Variables of the services outside. */
export const OUTWARD_VARIABLES: readonly string[] = [neighboursConfig, llmConfig].flatMap(({ schema }) =>
  Object.keys(schema.properties),
);
const NEIGHBOUR_VARIABLES = ['PLATFORM_URL', 'PDRI_URL', 'AEGIS_URL'] as const;

interface Around {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly home: Home;
  readonly config: HostConfig;
}

/**
 * One variable per concern switches from the embedded default to the real service (DESIGN.md 4), opened as the apps open it.
 * @throws DmitryError `config.invalid`
 */
export function realServices(env: Environment, { clock, logger, home, config }: Around): RealServices {
  const services: { -readonly [K in keyof RealServices]: RealServices[K] } = realNeighbours(env);
  if (env['DATABASE_URL']) {
    const { DATABASE_URL: url } = loadConfig([storageConfig], withKeysOf(home.keys, env)).storage;
    services.database = (migrations) => PostgresDatabase.open({ url: url.reveal(), migrations, clock });
  }
  if (env['KAFKA_BROKERS']) {
    const { kafka, topics } = loadConfig([kafkaConfig, kafkaTopicsConfig], env);
    const needs = { topics: topicsOf(workOf(config.orchestrator).consume.topics), ...topicCreation(topics) };
    services.bus = () => openBus({ brokers: kafka.KAFKA_BROKERS.split(','), clock, logger }, needs);
  }
  if (env['REDIS_URL']) {
    const { REDIS_URL: url } = loadConfig([jobQueueConfig], env).jobs;
    const queue = config.orchestrator.JOB_QUEUE;
    services.cache = { open: (surroundings) => openRedisCache({ ...surroundings, url: url.reveal() }) };
    services.limits = () => openRedisRateLimitStore({ url: url.reveal(), logger });
    services.jobs = (around) => new BullmqJobDispatcher({ ...around, url: url.reveal(), queue });
  }
  return services;
}

/** The services outside, which a demo uses as well. The three neighbours come together. @throws DmitryError `config.invalid` */
export function realNeighbours(env: Environment): RealNeighbours {
  const neighbours = NEIGHBOUR_VARIABLES.some((variable) => env[variable])
    ? { neighbours: neighbourOptionsOf(loadConfig([neighboursConfig], env).neighbours) }
    : {};
  const llm = env['LLM_BASE_URL'] ? { llm: llmOptionsOf(loadConfig([llmConfig], env).llm) } : {};
  return { ...neighbours, ...llm };
}
