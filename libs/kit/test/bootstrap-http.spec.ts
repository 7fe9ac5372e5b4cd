import { Agent, get, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { DmitryError } from '@dmitry/kit';
import { ManualClock, SeededIds } from '@dmitry/kit/memory';
import { bootstrapHttp, KitModule, Public, type RunningHttp } from '@dmitry/kit/nest';
import { Controller, Get, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { Drain } from '../src/nest/drain.ts';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { MemoryLogger } from './example-app.ts';

/** A handler that answers when the test says so, and a module that closes when the test says so. */
class Gate {
  private readonly open: { promise: Promise<void>; resolve: () => void } = Promise.withResolvers<void>();
  private readonly reached: { promise: Promise<void>; resolve: () => void } = Promise.withResolvers<void>();
  readonly waiting = this.reached.promise;
  release = this.open.resolve;

  pass(): Promise<void> {
    this.reached.resolve();
    return this.open.promise;
  }
}

@Public()
@Controller()
class SlowController {
  constructor(@Inject(Gate) private readonly gate: Gate) {}

  @Get('slow')
  async slow() {
    await this.gate.pass();
    return { answered: true };
  }

  @Get('fast')
  fast() {
    return { answered: true };
  }
}

class Store implements OnApplicationShutdown {
  closed = 0;
  hang = false;
  fault: Error | undefined;
  serverFault: Error | undefined;

  async onApplicationShutdown(): Promise<void> {
    this.closed += 1;
    if (this.fault) throw this.fault;
    if (this.hang) await new Promise(() => undefined);
  }
}

const running: RunningHttp[] = [];
const agents: Agent[] = [];
afterEach(async () => {
  for (const agent of agents.splice(0)) agent.destroy();
  for (const each of running.splice(0)) await each.app.close();
});

async function start() {
  const clock = new ManualClock();
  const logger = new MemoryLogger();
  const gate = new Gate();
  const store = new Store();
  const exits: number[] = [];
  @Module({
    imports: [KitModule.forRoot({ clock, ids: new SeededIds(clock, 'x'), logger })],
    controllers: [SlowController],
    providers: [
      { provide: Gate, useValue: gate },
      { provide: Store, useFactory: () => store },
    ],
  })
  class AppModule {}
  const configure = (app: NestFastifyApplication): void => {
    const closing = async (): Promise<void> => {
      if (store.serverFault) throw store.serverFault;
    };
    app.getHttpAdapter().getInstance().addHook('onClose', closing);
  };
  const limits = { drainMs: 5000, closeMs: 1000 };
  const options = { name: 'example', module: AppModule, port: 0, logger, clock, configure, ...limits };
  const http = await bootstrapHttp({ ...options, exit: (code) => exits.push(code) });
  running.push(http);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  agents.push(agent);
  return { http, clock, logger, gate, store, exits, ask: (path: string) => ask(http.port, path, agent) };
}

function ask(
  port: number,
  path: string,
  agent: Agent,
): Promise<{ status: number; body: string; headers: IncomingMessage['headers'] }> {
  return new Promise((resolve, reject) => {
    get({ port, host: '127.0.0.1', path, agent }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (part: string) => (body += part));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body, headers: response.headers }));
    }).on('error', reject);
  });
}

/** Resolves once the app has seen a request that it refuses. */
async function refused(http: RunningHttp): Promise<void> {
  const drain = http.app.get(Drain);
  while (drain.size < 2) await new Promise(setImmediate);
}

describe('an app that is started', () => {
  it('listens on the loopback interface and says where', async () => {
    const { http, ask, logger } = await start();
    expect((await ask('/fast')).status).toBe(200);
    expect(logger.lines).toContainEqual(
      expect.objectContaining({
        event: 'listening',
        fields: { service: 'example', port: http.port, host: '127.0.0.1' },
      }),
    );
  });

  it('that cannot start says why and ends the process with 1', async () => {
    const clock = new ManualClock();
    const logger = new MemoryLogger();
    const exits: number[] = [];
    const fault = new DmitryError('config.invalid', 'PORT is not set');
    @Module({
      imports: [KitModule.forRoot({ clock, ids: new SeededIds(clock, 'x'), logger })],
      providers: [{ provide: 'broken', useFactory: () => Promise.reject(fault) }],
    })
    class BrokenModule {}
    const options = { name: 'broken', module: BrokenModule, port: 0, logger, clock };
    await expect(bootstrapHttp({ ...options, exit: (code) => exits.push(code) })).rejects.toBe(fault);
    expect(exits).toEqual([1]);
    expect(logger.lines.at(-1)).toMatchObject({ level: 'error', event: 'start_failed', fields: { error: fault } });
  });
});

describe('an app that is told to stop', () => {
  it('answers what is in flight, refuses what comes after on the same connection, then closes its modules', async () => {
    const { http, gate, store } = await start();
    const socket = connect(http.port, '127.0.0.1');
    const received = new Promise<string>((resolve) => {
      let text = '';
      socket.setEncoding('utf8').on('data', (part: string) => (text += part));
      socket.on('close', () => resolve(text));
    });
    socket.write('GET /slow HTTP/1.1\r\nHost: x\r\n\r\n');
    await gate.waiting;
    const stopped = http.stop('test');
    // a balancer that has not noticed yet: the next request on the kept-alive connection
    await new Promise<void>((resolve) => socket.write('GET /fast HTTP/1.1\r\nHost: x\r\n\r\n', () => resolve()));
    await refused(http);
    gate.release();
    await expect(stopped).resolves.toBe(true);
    const [first, second] = (await received).split(/(?=HTTP\/1\.1 503)/);
    expect(first).toMatch(/^HTTP\/1\.1 200[\s\S]*\{"answered":true\}$/);
    expect(second).toContain('"code":"service.draining"');
    expect(store.closed).toBe(1);
  });

  it('refuses a request on a connection that is still open with service.draining, and says when to come back', async () => {
    const { http, gate, clock } = await start();
    const slow = http.app.inject({ method: 'GET', url: '/slow' });
    void slow.then(() => undefined); // starts it
    await gate.waiting;
    const stopped = http.stop('test');
    const refused = await http.app.inject({ method: 'GET', url: '/fast' });
    expect(refused.statusCode).toBe(503);
    expect(refused.json()).toMatchObject({ code: 'service.draining', retry_after_seconds: 1 });
    expect(refused.headers['connection']).toBe('close');
    gate.release();
    expect((await slow).json()).toEqual({ answered: true });
    await expect(stopped).resolves.toBe(true);
    expect(clock.pending).toBe(0); // the limits left no timers behind
  });

  it('does not wait longer than drainMs for what is in flight', async () => {
    const { http, gate, clock, ask, logger } = await start();
    const slow = ask('/slow').catch((error: NodeJS.ErrnoException) => error.code);
    await gate.waiting;
    const stopped = http.stop('test');
    await clock.advance(5000);
    await expect(slow).resolves.toBe('ECONNRESET');
    await expect(stopped).resolves.toBe(false);
    expect(logger.lines.at(-1)).toMatchObject({ event: 'stopped', fields: { drained: false, closed: true } });
    gate.release();
  });

  it('does not wait longer than closeMs for a module that hangs', async () => {
    const { http, clock, store } = await start();
    store.hang = true;
    const stopped = http.stop('test');
    while (store.closed === 0) await new Promise(setImmediate);
    await clock.advance(1000);
    await expect(stopped).resolves.toBe(false);
    running.splice(0);
  });

  it('stops once however often it is told', async () => {
    const { http, store } = await start();
    expect(await Promise.all([http.stop('a'), http.stop('b')])).toEqual([true, true]);
    expect(store.closed).toBe(1);
  });

  it('closes all other modules when one cannot close, and says so', async () => {
    const { http, logger, store } = await start();
    store.fault = new Error('disk full');
    await expect(http.stop('test')).resolves.toBe(true);
    expect(logger.lines).toContainEqual(
      expect.objectContaining({
        level: 'error',
        event: 'framework',
        fields: expect.objectContaining({ message: store.fault }),
      }),
    );
  });

  it('ends with 1 when closing itself fails', async () => {
    const { exits, logger, store } = await start();
    const fault = new Error('no');
    store.serverFault = fault;
    process.emit('SIGTERM', 'SIGTERM');
    while (exits.length === 0) await new Promise(setImmediate);
    running.splice(0);
    expect(exits).toEqual([1]);
    expect(logger.lines.at(-1)).toMatchObject({ event: 'stop_failed', fields: { error: fault } });
  });

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'ends the process with 0 on %s, and leaves no listener behind',
    async (signal) => {
      const before = process.listenerCount(signal);
      const { exits, logger } = await start();
      expect(process.listenerCount(signal)).toBe(before + 1);
      process.emit(signal, signal);
      while (exits.length === 0) await new Promise(setImmediate);
      expect(exits).toEqual([0]);
      expect(process.listenerCount(signal)).toBe(before);
      expect(logger.lines).toContainEqual(
        expect.objectContaining({ event: 'draining', fields: { service: 'example', reason: signal } }),
      );
    },
  );
});
