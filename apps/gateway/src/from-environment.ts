import { PRODUCER_VERSION, type ServiceRegistration } from '@dmitry/contracts';
import { type Clock, DmitryError, type IdSource, type Logger, type Mode, modeOf } from '@dmitry/kit';
import { authConfig, type Config, environment, loadConfig } from '@dmitry/kit/config';
import { createTokenVerifier, type TokenVerifier } from '@dmitry/kit/jose';
import { JsonLogger, RandomIds, SystemClock } from '@dmitry/kit/node';
import { llmConfig, llmOptionsOf } from '@dmitry/llm/nest';
import { KafkaEventBus } from '@dmitry/messaging/kafka';
import { kafkaConfig } from '@dmitry/messaging/nest';
import { createHttpClient } from '@dmitry/outbound/http';
import { neighbourOptionsOf, neighboursConfig } from '@dmitry/platform-client/nest';
import { storageConfig } from '@dmitry/storage/nest';
import { PostgresDatabase } from '@dmitry/storage/postgres';
import { PrometheusMetrics } from '@dmitry/telemetry/prometheus';
import { ledgerConfig, ledgerOptionsOf } from '@dmitry/trust-ledger/nest';
import { gatewayConfig } from './gateway.config.ts';
import { CAPABILITIES } from './legacy/version.controller.ts';
import type { GatewayParts } from './module.ts';

export const DEFINITIONS = [
  gatewayConfig,
  authConfig,
  storageConfig,
  kafkaConfig,
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
  const metrics = new PrometheusMetrics();
  const registration = registrationOf(config);
  return {
    kit: { ...around, verifier: verifierOf(config, around, mode) },
    telemetry: { metrics, exposition: metrics },
    storage: {
      open: (migrations) => PostgresDatabase.open({ url: url.reveal(), migrations, clock }),
      masterKey: Buffer.from(masterKey.reveal(), 'hex'),
    },
    bus: { open: () => KafkaEventBus.open({ brokers: config.kafka.KAFKA_BROKERS.split(','), clock, logger }) },
    ledger: ledgerOptionsOf(config.ledger),
    neighbours: neighbourOptionsOf(config.neighbours),
    ...llmOptionsOf(config.llm),
    build: { version: PRODUCER_VERSION, build: config.gateway.BUILD },
    ...(registration ? { registration } : {}),
    ...(config.gateway.OPERATORS_TENANT === undefined ? {} : { operatorsTenant: config.gateway.OPERATORS_TENANT }),
  };
}

function verifierOf({ auth }: Values, around: Surroundings, mode: Mode): TokenVerifier {
  const checks = {
    clock: around.clock,
    mode,
    ...(auth.JWT_ISSUER === undefined ? {} : { issuer: auth.JWT_ISSUER }),
    ...(auth.JWT_AUDIENCE === undefined ? {} : { audience: auth.JWT_AUDIENCE }),
  };
  if (auth.JWKS_URL === undefined) return createTokenVerifier({ ...checks, secret: auth.JWT_SECRET?.reveal() ?? '' });
  return createTokenVerifier({ ...checks, jwks: { url: auth.JWKS_URL, fetchJson: keyFetcher(auth.JWKS_URL, around) } });
}

/** Key sets concern no tenant: an operation, not an entry (promise P1). */
function keyFetcher(jwksUrl: string, around: Surroundings): (url: string) => Promise<unknown> {
  const client = createHttpClient({ service: 'issuer', baseUrl: new URL(jwksUrl).origin, ...around });
  return async (url) => {
    const { pathname, search } = new URL(url);
    const result = await client.operate({
      method: 'GET',
      path: `${pathname}${search}`,
      operation: 'keys.get',
      kind: 'read',
    });
    if (result.kind === 'ok') return result.body;
    throw new DmitryError('auth.keys_unavailable', 'The issuer does not answer with its key set.', { retryable: true });
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
