import { createHttpClient } from '@dmitry/outbound/http';
import { RandomIds, SystemClock } from '@dmitry/kit/node';
import {
  createAegisClient,
  createPdriClient,
  createPlatformClient,
  createServiceRegistry,
} from '@dmitry/platform-client/http';
import { describePlatformContract } from '@dmitry/platform-client/testing';
import { startSimulator } from '../src/index.ts';

const clock = new SystemClock();
const ids = new RandomIds(clock);

describePlatformContract(
  'the simulator over HTTP',
  async () => {
    const simulator = await startSimulator({ clock, ids });
    const clients = (['platform', 'pdri', 'aegis'] as const).map((service) =>
      createHttpClient({ service, baseUrl: `${simulator.url}/${service}`, clock, ids }),
    );
    const [platform, pdri, aegis] = clients as [(typeof clients)[0], (typeof clients)[0], (typeof clients)[0]];
    return {
      platform: createPlatformClient(platform),
      pdri: createPdriClient(pdri),
      aegis: createAegisClient(aegis),
      registry: createServiceRegistry(platform, clock),
      acts: (tenant, effectKey) =>
        simulator.effects(tenant).find((effect) => effect.effect_key === effectKey)?.acts ?? 0,
      close: async () => {
        await Promise.all(clients.map((client) => client.close()));
        await simulator.close();
      },
    };
  },
  () => clock.now(),
);
