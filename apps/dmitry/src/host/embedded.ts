import { createMemoryCache } from '@dmitry/cache/memory';
import { PRODUCER_VERSION } from '@dmitry/contracts';
import { configureGateway, GatewayModule, type GatewayParts, perMinuteOf, verifierOf } from '@dmitry/gateway/module';
import type { HealthIndicator } from '@dmitry/health';
import type { Clock, IdSource, Logger, Mode } from '@dmitry/kit';
import { createHttpApp } from '@dmitry/kit/nest';
import type { EventBus } from '@dmitry/messaging';
import { MemoryEventBus } from '@dmitry/messaging/memory';
import { createHttpClient } from '@dmitry/outbound/http';
import { OrchestratorModule, type OrchestratorParts, WORK_INDICATORS, workOf } from '@dmitry/orchestrator/module';
import { graphEventOf, startSimulator, type Simulator } from '@dmitry/platform-simulator';
import { type OnAccepted, Pipeline } from '@dmitry/pipeline';
import type { Database } from '@dmitry/storage';
import { PgliteDatabase } from '@dmitry/storage/pglite';
import { PrometheusMetrics } from '@dmitry/telemetry/prometheus';
import { createMemoryRateLimitStore } from '@dmitry/ratelimit/memory';
import { ledgerOptionsOf, sequenceOptionsOf } from '@dmitry/trust-ledger/nest';
import { MemoryJobDispatcher } from '@dmitry/workflow/memory';
import type { INestApplicationContext } from '@nestjs/common';
import { join } from 'node:path';
import type { Home } from './home.ts';
import type { HostConfig } from './host-config.ts';
import { listening } from './listening.ts';
import type { RealServices } from './real-services.ts';

export interface EmbeddedOptions {
  readonly home: Home;
  readonly config: HostConfig;
  readonly mode: Mode;
  /** What is not embedded. */
  readonly services: RealServices;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly logger: Logger;
  /** Port of the gateway; 0 takes a free one. */
  readonly port: number;
  /** Jobs worked on at once, where no queue hands them out. @default that of the dispatcher */
  readonly concurrency?: number;
}

/** Both apps in one process. */
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

/**
 * Opens stores and bus, starts the simulator, the orchestrator and the gateway, in this order; what was opened is closed again when a later
 * one does not start.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const opened: { close(): Promise<unknown> }[] = [];
  const close = async (): Promise<void> => {
    for (const each of opened.splice(0).reverse()) await each.close();
  };
  const keep = <T extends { close(): Promise<unknown> }>(one: T): T => {
    opened.push(one);
    return one;
  };
  try {
    return { ...(await start(options, keep)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

type Keep = <T extends { close(): Promise<unknown> }>(one: T) => T;

async function start(options: EmbeddedOptions, keep: Keep): Promise<Omit<Embedded, 'close'>> {
  const { clock, home, services, logger } = options;
  const simulator = services.neighbours
    ? null
    : keep(await startSimulator({ ...options, effectLogPath: join(home.folder, 'effects.ndjson'), port: 0 }));
  let database: Database | null = null;
  const openOnce: GatewayParts['storage']['open'] = async (migrations) => {
    database ??= keep(
      await (services.database?.(migrations) ?? PgliteDatabase.open({ folder: home.database, migrations, clock })),
    );
    return borrowed(database);
  };
  const bus = keep(await (services.bus?.() ?? new MemoryEventBus({ clock, acknowledge: 'consumed' })));
  const parts = sharedParts(options, { simulator, bus, open: openOnce });
  const orchestrator = keep(
    await createHttpApp({ module: OrchestratorModule.forRoot(orchestratorParts(options, parts)), logger }),
  );
  await orchestrator.init();
  const indicators = WORK_INDICATORS.flatMap((token) =>
    orchestrator.get<HealthIndicator | readonly HealthIndicator[]>(token),
  );
  const gateway = keep(
    await createHttpApp({
      module: GatewayModule.forRoot({ ...gatewayParts(options, parts), indicators }),
      logger,
      configure: configureGateway,
    }),
  );
  await listening(options.port, () => gateway.listen(options.port, '127.0.0.1'));
  return {
    url: await gateway.getUrl(),
    pipeline: gateway.get<Pipeline>(Pipeline),
    database: await openOnce([]),
    bus,
    simulator,
    modules: orchestrator,
  };
}

interface Shared {
  readonly simulator: Simulator | null;
  readonly bus: EventBus;
  readonly open: GatewayParts['storage']['open'];
}

/** One process has one set of metrics: the gateway serves those of both apps. */
type Common = Omit<GatewayParts, 'build' | 'telemetry' | 'cache' | 'limits'> & { readonly metrics: PrometheusMetrics };

function sharedParts(
  { config, mode, services, clock, ids, logger }: EmbeddedOptions,
  { simulator, bus, open }: Shared,
): Common {
  const around = { clock, ids, logger };
  return {
    metrics: new PrometheusMetrics({ processMetrics: false }),
    kit: { ...around, verifier: verifierOf(config.auth, around, mode) },
    storage: { open, masterKey: Buffer.from(config.key.DMITRY_MASTER_KEY.reveal(), 'hex') },
    bus: { open: () => Promise.resolve(lent(bus)) },
    ledger: ledgerOptionsOf(config.ledger),
    neighbours: services.neighbours ?? simulated(simulator?.url ?? ''),
    ...(services.llm ?? { llm: { use: 'offline' } }),
    ...(simulator ? { onAccepted: sensorsOf(simulator) } : {}),
  };
}

const simulated = (url: string): GatewayParts['neighbours'] => ({
  platform: { baseUrl: `${url}/platform` },
  pdri: { baseUrl: `${url}/pdri` },
  aegis: { baseUrl: `${url}/aegis` },
});

/** In a deployment PDRI has sensors of its own; the simulated one learns of what Dmitry accepts, on whatever way it came. */
const sensorsOf =
  (simulator: Simulator): OnAccepted =>
  (tenant, events) => {
    const seen = events.flatMap(({ record, format = 'auto' }) => graphEventOf(record, { tenant, format }) ?? []);
    simulator.ingest(tenant, seen);
  };

function gatewayParts({ config, services, clock }: EmbeddedOptions, { metrics, ...common }: Common): GatewayParts {
  const { OPERATORS_TENANT: operatorsTenant } = config.gateway;
  return {
    ...common,
    telemetry: { metrics, exposition: metrics },
    build: { version: PRODUCER_VERSION, build: 'embedded' },
    cache: services.cache ?? { open: createMemoryCache },
    limits: {
      open: services.limits ?? (() => Promise.resolve(createMemoryRateLimitStore(clock))),
      perMinute: perMinuteOf(config.gateway),
    },
    patience: workOf(config.orchestrator).patience,
    ...(operatorsTenant === undefined ? {} : { operatorsTenant }),
  };
}

function orchestratorParts(
  { config, services, concurrency, ...around }: EmbeddedOptions,
  { metrics, ...common }: Common,
): OrchestratorParts {
  const work = workOf(config.orchestrator);
  const open = (baseUrl: string) => createHttpClient({ ...around, service: 'witness', baseUrl, metrics });
  const inProcess = concurrency === undefined ? {} : { concurrency };
  return {
    ...common,
    ...work,
    telemetry: { metrics },
    ledger: {
      ...common.ledger,
      sequence: { ...sequenceOptionsOf(config.ledger, { ...around, open, metrics }), everyMs: 100 },
    },
    jobs: { ...work.jobs, open: services.jobs ?? (() => new MemoryJobDispatcher(inProcess)) },
    // the embedded bus forgets its offsets with the process, so each start is a group of its own; the inbox knows what was seen
    consume: services.bus ? work.consume : { ...work.consume, group: `embedded-${around.ids.uuid()}` },
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
