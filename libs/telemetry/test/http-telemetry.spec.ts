import { afterEach, describe, expect, it } from '@jest/globals';
import { currentRequest, silentLogger } from '@dmitry/kit';
import { ManualClock, SeededIds } from '@dmitry/kit/memory';
import { createHttpApp, KitModule, Public } from '@dmitry/kit/nest';
import { eventChannel, eventMetrics, type SpanOptions, type Spans } from '@dmitry/telemetry';
import { MemoryMetrics } from '@dmitry/telemetry/memory';
import { PrometheusMetrics } from '@dmitry/telemetry/prometheus';
import {
  recordHttpMetrics,
  recordHttpSpans,
  TelemetryModule,
  type TelemetryModuleOptions,
} from '@dmitry/telemetry/nest';
import { Body, Controller, Get, Module, Post } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

const clock = new ManualClock();

@Public()
@Controller('things')
class ThingsController {
  @Get(':id')
  async find() {
    await clock.advance(250);
    return {};
  }

  @Get('broken/now')
  broken() {
    throw new Error('boom');
  }

  @Post()
  create(@Body() body: object) {
    return { body, open: spans.open() };
  }
}

/** Spans that a test reads back. */
class MemorySpans implements Spans {
  readonly ended: { name: string; failed: boolean; options: SpanOptions; requestId: string | undefined }[] = [];
  private readonly names = new Map<string | undefined, string>();

  async within<T>(name: string, work: () => Promise<T>, options: SpanOptions = {}): Promise<T> {
    const requestId = currentRequest()?.requestId;
    this.names.set(requestId, name);
    let failed = true;
    try {
      const outcome = await work();
      failed = false;
      return outcome;
    } finally {
      this.ended.push({ name, failed, options, requestId });
    }
  }

  /** The span of the running request. */
  open(): string | undefined {
    return this.names.get(currentRequest()?.requestId);
  }
}

const spans = new MemorySpans();
const reads = eventChannel<{ tier: string }>('dmitry:example:http');
let app: NestFastifyApplication | undefined;
afterEach(async () => {
  await app?.close();
  app = undefined;
});

async function start(options: Partial<TelemetryModuleOptions> = {}) {
  const metrics = new MemoryMetrics();
  const stopped: string[] = [];
  const events = [eventMetrics(reads, [{ kind: 'counter', name: 'dmitry_reads_total', help: 'Reads.' }])];
  @Module({
    imports: [
      KitModule.forRoot({ clock, ids: new SeededIds(clock, 'x'), logger: silentLogger }),
      TelemetryModule.forRoot({ metrics, spans, events, stop: async () => void stopped.push('spans'), ...options }),
    ],
    controllers: [ThingsController],
  })
  class AppModule {}
  const configure = (created: NestFastifyApplication): void => {
    recordHttpMetrics(created);
    recordHttpSpans(created);
  };
  app = await createHttpApp({ module: AppModule, logger: silentLogger, configure });
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
  return { app, metrics, stopped };
}

const DURATION = 'http_server_request_duration_seconds';

describe('the metrics of requests', () => {
  it('are in seconds, by the template of the route and never by the path', async () => {
    const { app, metrics } = await start();
    await app.inject({ method: 'GET', url: '/things/17' });
    await app.inject({ method: 'GET', url: '/things/18?x=1' });
    const labels = { method: 'GET', route: '/things/:id', status_code: '200' };
    expect(metrics.observations(DURATION, labels)).toEqual([0.25, 0.25]);
  });

  it('count what no route serves as one series: guesses of visitors make no series', async () => {
    const { app, metrics } = await start();
    for (const url of ['/a', '/b', '/c?d']) await app.inject({ method: 'GET', url });
    const labels = { method: 'GET', route: 'unmatched', status_code: '404' };
    expect(metrics.observations(DURATION, labels)).toHaveLength(3);
  });

  it('count faults by their status, and nothing stays active', async () => {
    const { app, metrics } = await start();
    await app.inject({ method: 'GET', url: '/things/broken/now' });
    const labels = { method: 'GET', route: '/things/broken/now', status_code: '500' };
    expect(metrics.observations(DURATION, labels)).toHaveLength(1);
    expect(metrics.value('http_server_active_requests')).toBe(0);
  });
});

describe('the spans of requests', () => {
  it('are named by method and template, know the request, and hold what the handler does even after a body was read', async () => {
    const { app } = await start();
    const response = await app.inject({ method: 'POST', url: '/things', payload: { a: 1 } });
    expect(response.json()).toEqual({ body: { a: 1 }, open: 'POST /things' });
    expect(spans.ended.at(-1)).toEqual({
      name: 'POST /things',
      failed: false,
      requestId: response.headers['x-request-id'],
      options: {
        kind: 'server',
        attributes: {
          'http.request.method': 'POST',
          'http.route': '/things',
          'dmitry.request_id': response.headers['x-request-id'],
        },
      },
    });
  });

  it('fail with the answer when it is our fault, and not when it is the caller’s', async () => {
    const { app } = await start();
    await app.inject({ method: 'GET', url: '/things/broken/now' });
    await app.inject({ method: 'GET', url: '/nowhere' });
    expect(spans.ended.slice(-2).map(({ name, failed }) => [name, failed])).toEqual([
      ['GET /things/broken/now', true],
      ['GET unmatched', false],
    ]);
  });
});

describe('/metrics', () => {
  it('is Prometheus text of what really happened, without a token', async () => {
    const metrics = new PrometheusMetrics({ labels: { service: 'example' } });
    const { app } = await start({ metrics, exposition: metrics });
    await app.inject({ method: 'GET', url: '/things/17' });
    const response = await app.inject({ method: 'GET', url: '/metrics' });
    expect(response.statusCode).toBe(200);
    expect(response.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(response.body).toContain(
      'http_server_request_duration_seconds_sum{service="example",method="GET",route="/things/:id",status_code="200"} 0.25',
    );
  });

  it('is not served unless the app says so', async () => {
    const { app } = await start();
    expect((await app.inject({ method: 'GET', url: '/metrics' })).statusCode).toBe(404);
  });
});

describe('an app with telemetry', () => {
  it('records the events of its libraries while it lives, and hands over the rest when it stops', async () => {
    const { app, metrics, stopped } = await start();
    reads.publish({ tier: 'near' });
    await app.close();
    reads.publish({ tier: 'near' });
    expect(metrics.value('dmitry_reads_total')).toBe(1);
    expect(stopped).toEqual(['spans']);
  });
});
