import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import {
  Clock,
  DmitryError,
  IdSource,
  Logger,
  newTraceparent,
  parseTraceparent,
  type RequestScope,
  runInRequest,
} from '../core/index.ts';
import { Drain } from './drain.ts';
import { KnownRoutes } from './known-routes.ts';
import { keepScope, scopeOf } from './request-scope.ts';
import { declarationIn } from './route-declaration.ts';

/** An API answers data, never pages: nothing in an answer may run, be framed, be guessed at or be kept. */
const SECURITY_HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

/**
 * Everything that every app of the house does with a request, for tests and production alike. Call it once, after the app is created with
 * `JsonHttpAdapter` and `KitModule` and before `init` or `listen`.
 */
export function configureApp(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  listRoutes(fastify, app.get(KnownRoutes));
  openScope(fastify, app.get<IdSource>(IdSource));
  refuseWhenDraining(fastify, app.get(Drain));
  logAnswers(fastify, app.get<Logger>(Logger), app.get<Clock>(Clock));
}

function listRoutes(fastify: FastifyInstance, routes: KnownRoutes): void {
  fastify.addHook('onRoute', ({ method, url, config }) => {
    for (const each of [method].flat()) routes.add({ method: each, path: url, declared: declarationIn(config) });
  });
}

/** One id and one trace from here to the last log line and ledger entry. A caller's request id is not taken: it could name another's. */
function openScope(fastify: FastifyInstance, ids: IdSource): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    const scope = newScope(request.headers['traceparent'], ids);
    keepScope(request, scope);
    reply.headers({ ...SECURITY_HEADERS, 'x-request-id': scope.requestId });
    runInRequest(scope, done);
  });
  // reading a body continues in the socket's async context; enter ours again
  fastify.addHook('preValidation', (request, _reply, done) => inScope(request, done));
}

/** The caller's trace goes on as it is: calls that we make are its children (RequestScope). */
function newScope(header: string | string[] | undefined, ids: IdSource): RequestScope {
  const given = typeof header === 'string' && parseTraceparent(header) ? header : undefined;
  return { requestId: ids.uuid(), traceparent: given ?? newTraceparent(ids) };
}

function inScope(request: FastifyRequest, work: () => void): void {
  const scope = scopeOf(request);
  if (scope) runInRequest(scope, work);
  else work();
}

function refuseWhenDraining(fastify: FastifyInstance, drain: Drain): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    drain.enter(request); // a refusal too is in flight until it is sent
    reply.raw.once('close', () => drain.leave(request));
    if (drain.draining) done(draining(reply));
    else done();
  });
  fastify.addHook('onResponse', (request, _reply, done) => {
    drain.leave(request);
    done();
  });
}

function draining(reply: FastifyReply): DmitryError {
  reply.header('connection', 'close');
  return new DmitryError('service.draining', 'This replica is shutting down; send the request again.', {
    retryable: true,
    severity: 'info',
    context: { retryAfterMs: 1000 },
  });
}

function logAnswers(fastify: FastifyInstance, logger: Logger, clock: Clock): void {
  const started = new WeakMap<FastifyRequest, number>();
  fastify.addHook('onRequest', (request, _reply, done) => {
    started.set(request, clock.monotonicMs());
    done();
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    const durationMs = Math.round(clock.monotonicMs() - (started.get(request) ?? clock.monotonicMs()));
    const fields = {
      method: request.method,
      route: request.routeOptions.url,
      status_code: reply.statusCode,
      duration_ms: durationMs,
    };
    inScope(request, () => logger.info('response_sent', fields));
    done();
  });
}
