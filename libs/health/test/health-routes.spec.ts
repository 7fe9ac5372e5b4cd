import { parseWith, ServiceHealth, ServiceLiveness, ServiceReadiness } from '@dmitry/contracts';
import { afterEach, describe, expect, it } from '@jest/globals';
import { HealthReporter } from '@dmitry/health';
import { HealthModule, type HealthModuleOptions } from '@dmitry/health/nest';
import { silentLogger } from '@dmitry/kit';
import { ManualClock, SeededIds } from '@dmitry/kit/memory';
import { createHttpApp, KitModule } from '@dmitry/kit/nest';
import { Global, Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { SwitchIndicator } from './switch-indicator.ts';

let app: NestFastifyApplication | undefined;
afterEach(async () => {
  await app?.close();
  app = undefined;
});

async function start(options: Partial<HealthModuleOptions> = {}) {
  const clock = new ManualClock();
  const database = new SwitchIndicator('database', 'own');
  const platform = new SwitchIndicator('platform', 'neighbour');
  const llm = new SwitchIndicator('llm', 'neighbour');
  @Global()
  @Module({
    providers: [
      { provide: 'DatabaseHealth', useValue: database },
      { provide: 'NeighbourHealth', useValue: [platform, llm] },
    ],
    exports: ['DatabaseHealth', 'NeighbourHealth'],
  })
  class StoresModule {}
  @Module({
    imports: [
      KitModule.forRoot({ clock, ids: new SeededIds(clock, 'x'), logger: silentLogger }),
      StoresModule,
      HealthModule.forRoot({
        service: 'dmitry',
        version: '1.2',
        indicators: ['DatabaseHealth', 'NeighbourHealth'],
        ...options,
      }),
    ],
  })
  class AppModule {}
  const created = await createHttpApp({ module: AppModule, logger: silentLogger });
  app = created;
  await created.init();
  await created.getHttpAdapter().getInstance().ready();
  const ask = (url: string) => created.inject({ method: 'GET', url });
  return { app: created, ask, clock, database, platform, llm };
}

describe('/ready', () => {
  it('reports what else runs in the process, which is no module of the app', async () => {
    const sequencer = new SwitchIndicator('sequencer', 'neighbour');
    const { ask, clock } = await start({ further: [sequencer] });
    expect((await ask('/ready')).json()).toMatchObject({ dependencies: { sequencer: 'healthy', database: 'healthy' } });
    sequencer.down();
    await clock.advance(1_000);
    expect((await ask('/ready')).json()).toMatchObject({
      ready: true,
      status: 'degraded',
      dependencies: { sequencer: 'unavailable' },
    });
  });

  it('is 200 while everything answers', async () => {
    const { ask } = await start();
    const response = await ask('/ready');
    expect(response.statusCode).toBe(200);
    expect(response.json()).toEqual({
      ready: true,
      status: 'healthy',
      dependencies: { database: 'healthy', platform: 'healthy', llm: 'healthy' },
      timestamp: '2026-01-01T00:00:00.000Z',
    });
    expect(parseWith(ServiceReadiness, response.json()).ok).toBe(true);
  });

  it('is 503 with the same body while a store of our own does not answer', async () => {
    const { ask, database } = await start();
    database.fail(new Error('connect ECONNREFUSED 10.0.0.7:5432'));
    const response = await ask('/ready');
    expect(response.statusCode).toBe(503);
    expect(response.json()).toMatchObject({
      ready: false,
      status: 'unhealthy',
      dependencies: { database: 'unavailable', llm: 'healthy' },
    });
    expect(response.body).not.toContain('10.0.0.7');
  });

  it('is never taken away by neighbours, all of them down: their trouble would take every replica out at once', async () => {
    const { ask, platform, llm } = await start();
    platform.down();
    llm.fail(new Error('no route'));
    const response = await ask('/ready');
    expect(response.statusCode).toBe(200);
    expect(response.json()).toMatchObject({
      ready: true,
      status: 'degraded',
      dependencies: { database: 'healthy', platform: 'unavailable', llm: 'unavailable' },
    });
  });

  it('comes back as soon as the store does', async () => {
    const { ask, database, clock } = await start();
    database.down();
    expect((await ask('/ready')).statusCode).toBe(503);
    database.answer = () => Promise.resolve({ up: true });
    await clock.advance(1000);
    expect((await ask('/ready')).statusCode).toBe(200);
  });

  it('waits for a neighbour that hangs no longer than the limit', async () => {
    const { ask, platform, clock } = await start({ timeoutMs: 500 });
    platform.hang();
    const answer = ask('/ready');
    while (platform.checks === 0) await new Promise(setImmediate);
    await clock.advance(500);
    expect((await answer).json()).toMatchObject({ ready: true, status: 'degraded' });
  });

  it('stays cheap under many probes: each dependency is asked once', async () => {
    const { ask, database, platform, llm } = await start();
    await Promise.all(Array.from({ length: 40 }, (_, n) => ask(n % 2 === 0 ? '/ready' : '/health')));
    expect([database.checks, platform.checks, llm.checks]).toEqual([1, 1, 1]);
  });
});

describe('/health', () => {
  it.each([
    ['healthy', () => undefined],
    ['degraded', (example: Awaited<ReturnType<typeof start>>) => example.llm.down()],
    ['unhealthy', (example: Awaited<ReturnType<typeof start>>) => example.database.down()],
  ])('is 200 and says %s, which is what a heartbeat carries', async (status, disturb) => {
    const example = await start();
    disturb(example);
    await example.clock.advance(1500);
    const response = await example.ask('/health');
    expect(response.statusCode).toBe(200);
    expect(parseWith(ServiceHealth, response.json()).ok).toBe(true);
    expect(response.json()).toMatchObject({ service: 'dmitry', version: '1.2', status, uptime_seconds: 1.5 });
    const readiness = (await example.ask('/ready')).json();
    expect(readiness.status).toBe(status);
  });

  it('says of each check whether it is up', async () => {
    const { ask, platform } = await start();
    platform.down();
    expect((await ask('/health')).json().checks).toEqual({
      database: true,
      platform: false,
      llm: true,
    });
  });
});

describe('/live', () => {
  it('is 200 whatever else is down: a restart would heal nothing', async () => {
    const { ask, database } = await start();
    database.hang();
    const response = await ask('/live');
    expect(response.statusCode).toBe(200);
    expect(parseWith(ServiceLiveness, response.json())).toMatchObject({ ok: true, value: { alive: true } });
  });
});

describe('the module', () => {
  it('leaves the routes to the app when told to, and reports all the same', async () => {
    const { app, ask } = await start({ routes: false });
    expect((await ask('/health')).statusCode).toBe(404);
    await expect(app.get<HealthReporter>(HealthReporter).ready()).resolves.toMatchObject({ ready: true });
  });

  it('refuses two indicators of one name: one would hide the other', async () => {
    await expect(start({ indicators: ['DatabaseHealth', 'DatabaseHealth'] })).rejects.toMatchObject({
      code: 'health.indicator_duplicate',
    });
  });

  it('is not ready any more once the app shuts down', async () => {
    const { app: created } = await start();
    const reporter = created.get<HealthReporter>(HealthReporter);
    await created.close();
    app = undefined;
    await expect(reporter.ready()).resolves.toMatchObject({ ready: false, status: 'unhealthy' });
  });
});
