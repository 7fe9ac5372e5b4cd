import { describe, expect, it } from '@jest/globals';
import { Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { Cache } from '@dmitry/cache';
import { createMemoryCache } from '@dmitry/cache/memory';
import { silentLogger } from '@dmitry/kit';
import { SeededIds } from '@dmitry/kit/memory';
import { KitModule } from '@dmitry/kit/nest';
import { SystemClock } from '@dmitry/kit/node';
import { createMemoryRecorder } from '@dmitry/outbound/memory';
import { startFaultyServer } from '@dmitry/outbound/testing';
import { PdriClient, PlatformClient } from '../core/index.ts';
import { MembershipStatus, NeighbourIndicators, PlatformClientModule } from './index.ts';

const clock = new SystemClock();
const registration = {
  service_name: 'dmitry',
  service_type: 'dmitry',
  base_url: 'http://d',
  version: '1.2',
  capabilities: [],
  health_endpoint: '/health',
};

@Module({})
class Mesh {}
@Module({})
class Caching {}
const kit = KitModule.forRoot({ clock, ids: new SeededIds(clock, 'nest'), logger: silentLogger });
const status = { provide: MembershipStatus, useValue: () => 'degraded' };
const standing = { module: Mesh, global: true, providers: [status], exports: [MembershipStatus] };

describe('platform client module', () => {
  it('gives the clients and their indicators, keeps the service in the mesh and leaves it on shutdown', async () => {
    const server = await startFaultyServer();
    server.script({ do: 'answer', status: 200, body: { status: 'healthy' } });
    const neighbour = { baseUrl: server.url };
    const clients = PlatformClientModule.forRoot({
      platform: neighbour,
      pdri: neighbour,
      aegis: neighbour,
      membership: { registration },
    });
    const application = await Test.createTestingModule({ imports: [kit, standing, clients] }).compile();
    await application.init();
    expect(await application.get<PlatformClient>(PlatformClient).health()).toEqual({
      reachable: true,
      status: 'healthy',
    });
    for (const indicator of application.get<NeighbourIndicators>(NeighbourIndicators)) {
      expect([indicator.kind, await indicator.check(new AbortController().signal)]).toEqual([
        'neighbour',
        { up: true },
      ]);
    }
    await application.close();
    const mesh = server.arrivals.filter(({ path }) => path.includes('/services/'));
    expect(mesh.map(({ path }) => path.split('/').at(-1))).toEqual(['register', 'heartbeat', 'deregister']);
    expect(JSON.parse(mesh[1]?.body ?? '')).toMatchObject({ service_name: 'dmitry', status: 'degraded' });
    await server.close();
  });

  it('reads through the cache of the application when told to', async () => {
    const server = await startFaultyServer();
    const memory = createMemoryCache({ clock, ids: new SeededIds(clock, 'cache') });
    const caching = {
      module: Caching,
      global: true,
      providers: [{ provide: Cache, useValue: memory }],
      exports: [Cache],
    };
    const neighbour = { baseUrl: server.url };
    const clients = PlatformClientModule.forRoot({
      platform: neighbour,
      pdri: neighbour,
      aegis: neighbour,
      cachedReads: { ttlMs: 60_000 },
    });
    const application = await Test.createTestingModule({ imports: [kit, standing, caching, clients] }).compile();
    const context = { tenant: 'acme', recorder: createMemoryRecorder() };
    server.script({
      do: 'answer',
      status: 200,
      body: { findings: [], total: 0, page: 1, page_size: 20, has_more: false },
    });
    for (let time = 0; time < 2; time++) {
      expect(await application.get<PlatformClient>(PlatformClient).findings(context)).toMatchObject({ kind: 'fresh' });
      expect(await application.get<PdriClient>(PdriClient).findings(context)).toMatchObject({ kind: 'fresh' });
    }
    expect(server.arrivals).toHaveLength(2);
    await application.close();
    await server.close();
  });

  it('takes no part in the mesh unless told to', async () => {
    const server = await startFaultyServer();
    const neighbour = { baseUrl: server.url };
    const clients = PlatformClientModule.forRoot({ platform: neighbour, pdri: neighbour, aegis: neighbour });
    const application = await Test.createTestingModule({ imports: [kit, standing, clients] }).compile();
    await application.init();
    await application.close();
    expect(server.arrivals).toEqual([]);
    await server.close();
  });
});
