import { createMemoryCache } from '@dmitry/cache/memory';
import { configureGateway, GatewayModule } from '@dmitry/gateway/module';
import { silentLogger } from '@dmitry/kit';
import { createTokenVerifier } from '@dmitry/kit/jose';
import { createHttpApp, declaredRoutes, openApiDocument } from '@dmitry/kit/nest';
import { MemoryEventBus } from '@dmitry/messaging/memory';
import { createMemoryRateLimitStore } from '@dmitry/ratelimit/memory';
import { PgliteDatabase } from '@dmitry/storage/pglite';
import { PrometheusMetrics } from '@dmitry/telemetry/prometheus';
import type { Io } from '../cli/io.ts';
import { version } from '../cli/version.ts';

type GatewayParts = Parameters<typeof GatewayModule.forRoot>[0];

/** The gateway put together as it serves, on a database in memory, never listening: its router says what there is. */
export async function gatewayDocument(io: Pick<Io, 'clock' | 'ids'>): Promise<unknown> {
  const app = await createHttpApp({
    module: GatewayModule.forRoot(partsOf(io)),
    logger: silentLogger,
    configure: configureGateway,
  });
  try {
    await app.init();
    return openApiDocument(declaredRoutes(app), { title: 'Dmitry gateway', version: version() });
  } finally {
    await app.close();
  }
}

/** Keys that nothing is ever signed with, addresses that nothing is ever sent to. */
function partsOf({ clock, ids }: Pick<Io, 'clock' | 'ids'>): GatewayParts {
  const metrics = new PrometheusMetrics({ processMetrics: false });
  const nowhere = { baseUrl: 'http://127.0.0.1:9' };
  const key = (): Buffer => Buffer.from(ids.bytes(32));
  const verifier = createTokenVerifier({ clock, secret: key().toString('hex') });
  return {
    kit: { clock, ids, logger: silentLogger, verifier },
    telemetry: { metrics, exposition: metrics },
    storage: { open: (migrations) => PgliteDatabase.open({ folder: null, migrations }), masterKey: key() },
    bus: { open: () => Promise.resolve(new MemoryEventBus({ clock, acknowledge: 'consumed' })) },
    ledger: { deployment: 'document', pseudonymKey: key(), signerSeed: key() },
    cache: { open: createMemoryCache },
    limits: {
      open: () => Promise.resolve(createMemoryRateLimitStore(clock)),
      perMinute: { tenant: 1, principal: 1 },
    },
    neighbours: { platform: nowhere, pdri: nowhere, aegis: nowhere },
    llm: { use: 'offline' },
    build: { version: version(), build: 'document' },
  };
}
