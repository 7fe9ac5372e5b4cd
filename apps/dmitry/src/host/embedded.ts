import { PRODUCER_VERSION, TOPICS } from '@dmitry/contracts';
import { configureGateway, GatewayModule, type GatewayParts } from '@dmitry/gateway/module';
import type { Clock, IdSource, Logger } from '@dmitry/kit';
import { createTokenVerifier } from '@dmitry/kit/jose';
import { createHttpApp } from '@dmitry/kit/nest';
import type { EventBus } from '@dmitry/messaging';
import { MemoryEventBus } from '@dmitry/messaging/memory';
import { OrchestratorModule, type OrchestratorParts } from '@dmitry/orchestrator/module';
import { startSimulator, type Simulator } from '@dmitry/platform-simulator';
import { Pipeline } from '@dmitry/pipeline';
import type { Database } from '@dmitry/storage';
import { PgliteDatabase } from '@dmitry/storage/pglite';
import { PrometheusMetrics } from '@dmitry/telemetry/prometheus';
import { createFileCheckpointKeeper } from '@dmitry/trust-ledger/files';
import { MemoryJobDispatcher } from '@dmitry/workflow/memory';
import type { INestApplicationContext } from '@nestjs/common';
import { join } from 'node:path';
import type { Home } from './home.ts';

export interface EmbeddedOptions {
  readonly home: Home;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly logger: Logger;
  /** Tenant that everything on the input topics belongs to. */
  readonly tenant: string;
  /** Port of the gateway; 0 takes a free one. */
  readonly port: number;
  readonly idleMs: number;
  /** Real neighbours; the simulator on loopback without them. */
  readonly neighbours?: GatewayParts['neighbours'];
  readonly llm?: Pick<GatewayParts, 'llm' | 'clients'>;
}

/** Both apps in one process on embedded defaults. */
export interface Embedded {
  readonly url: string;
  readonly pipeline: Pipeline;
  readonly database: Database;
  readonly bus: EventBus;
  /** Null where real neighbours are used. */
  readonly simulator: Simulator | null;
  /** What the orchestrator's modules export. */
  readonly modules: Pick<INestApplicationContext, 'get'>;
  close(): Promise<void>;
}

/** Opens the data folder, starts the simulator, the orchestrator and the gateway, in this order. */
export async function startEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const { clock, home } = options;
  const simulator = options.neighbours
    ? null
    : await startSimulator({ ...options, effectLogPath: join(home.folder, 'effects.ndjson'), port: 0 });
  const bus = new MemoryEventBus({ clock, acknowledge: 'consumed' });
  let database: PgliteDatabase | null = null;
  const openOnce = async (migrations: Parameters<typeof PgliteDatabase.open>[0]['migrations']): Promise<Database> => {
    database ??= await PgliteDatabase.open({ folder: home.database, migrations });
    return borrowed(database);
  };
  const parts = sharedParts(options, { simulator, bus, open: openOnce });
  const orchestrator = await createHttpApp({
    module: OrchestratorModule.forRoot(orchestratorParts(options, parts)),
    logger: options.logger,
  });
  await orchestrator.init();
  const gateway = await createHttpApp({
    module: GatewayModule.forRoot(gatewayParts(options, parts)),
    logger: options.logger,
    configure: configureGateway,
  });
  await gateway.listen(options.port, '127.0.0.1');
  return {
    url: await gateway.getUrl(),
    pipeline: gateway.get<Pipeline>(Pipeline),
    database: database as unknown as Database,
    bus,
    simulator,
    modules: orchestrator,
    close: async () => {
      await gateway.close();
      await orchestrator.close();
      await bus.close();
      await database?.close();
      await simulator?.close();
    },
  };
}

interface Shared {
  readonly simulator: Simulator | null;
  readonly bus: EventBus;
  readonly open: GatewayParts['storage']['open'];
}

type Common = Omit<GatewayParts, 'build' | 'telemetry'>;

function sharedParts(
  { home, clock, ids, logger, neighbours, llm }: EmbeddedOptions,
  { simulator, bus, open }: Shared,
): Common {
  const { keys } = home;
  const bytes = (hex: string): Buffer => Buffer.from(hex, 'hex');
  const verifier = createTokenVerifier({ clock, secret: keys.token_secret });
  return {
    kit: { clock, ids, logger, verifier },
    storage: { open, masterKey: bytes(keys.master_key) },
    bus: { open: () => Promise.resolve(lent(bus)) },
    ledger: {
      deployment: keys.deployment,
      pseudonymKey: bytes(keys.pseudonym_key),
      signerSeed: bytes(keys.signer_seed),
    },
    neighbours: neighbours ?? simulated(simulator?.url ?? ''),
    ...(llm ?? { llm: { use: 'offline' } }),
  };
}

const simulated = (url: string): GatewayParts['neighbours'] => ({
  platform: { baseUrl: `${url}/platform` },
  pdri: { baseUrl: `${url}/pdri` },
  aegis: { baseUrl: `${url}/aegis` },
});

function gatewayParts({ idleMs, tenant }: EmbeddedOptions, common: Common): GatewayParts {
  const metrics = new PrometheusMetrics({ processMetrics: false });
  return {
    ...common,
    telemetry: { metrics, exposition: metrics },
    build: { version: PRODUCER_VERSION, build: 'embedded' },
    operatorsTenant: tenant,
    patience: { idleMs },
  };
}

function orchestratorParts({ home, ids, tenant, idleMs }: EmbeddedOptions, common: Common): OrchestratorParts {
  const topics = [TOPICS.securityEvents, TOPICS.ocsfEvents];
  return {
    ...common,
    telemetry: { metrics: new PrometheusMetrics({ processMetrics: false }) },
    ledger: { ...common.ledger, sequence: { keeper: createFileCheckpointKeeper(home.checkpoints), everyMs: 100 } },
    jobs: { open: () => new MemoryJobDispatcher() },
    consume: {
      routing: { topics: Object.fromEntries(topics.map((topic) => [topic, tenant])), accounts: {} },
      topics,
      // the bus forgets its offsets with the process, so each start is a group of its own; the inbox knows what was seen
      group: `embedded-${ids.uuid()}`,
    },
    patience: { idleMs },
    version: PRODUCER_VERSION,
  };
}

/** Both apps use one database and one bus; whoever opened them closes them, once. */
const borrowed = (database: Database): Database => ({
  tenant: (tenant, work, options) => database.tenant(tenant, work, options),
  worker: (work, options) => database.worker(work, options),
  ping: () => database.ping(),
  close: () => Promise.resolve(),
});

const lent = (bus: EventBus): EventBus => ({
  publish: (records) => bus.publish(records),
  subscribe: (options) => bus.subscribe(options),
  ping: () => bus.ping(),
  close: () => Promise.resolve(),
});
