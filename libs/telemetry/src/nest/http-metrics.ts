import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import { Clock } from '@dmitry/kit';
import { Metrics } from '../core/index.ts';

const LABELS = ['method', 'route', 'status_code'];
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/**
 * Records every request: `http_server_request_duration_seconds` and `http_server_active_requests`. Routes are named by their template and
 * what no route serves is `unmatched`: a raw path would make a series per visitor's guess. Call it before the app listens.
 */
export function recordHttpMetrics(app: NestFastifyApplication): void {
  const metrics = app.get<Metrics>(Metrics);
  const clock = app.get<Clock>(Clock);
  const duration = metrics.histogram(
    'http_server_request_duration_seconds',
    'Time from a request to the end of its answer.',
    LABELS,
  );
  const active = metrics.gauge('http_server_active_requests', 'Requests that are not answered yet.');
  const started = new WeakMap<FastifyRequest, number>();
  const fastify = app.getHttpAdapter().getInstance();

  fastify.addHook('onRequest', (request, _reply, done) => {
    started.set(request, clock.monotonicMs());
    active.add(1);
    done();
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    const since = started.get(request);
    if (since !== undefined) {
      active.add(-1);
      duration.observe((clock.monotonicMs() - since) / 1000, labelsOf(request, reply.statusCode));
    }
    done();
  });
}

const labelsOf = (request: FastifyRequest, statusCode: number): Record<string, string> => ({
  method: METHODS.has(request.method) ? request.method : 'OTHER',
  route: request.routeOptions.url ?? 'unmatched',
  status_code: String(statusCode),
});
