import { AsyncResource } from 'node:async_hooks';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import { currentRequest, DmitryError } from '@dmitry/kit';
import { Spans } from '../core/index.ts';

interface OpenSpan {
  /** The async context inside the span. */
  readonly resource: AsyncResource;
  readonly end: (statusCode: number) => void;
}

/**
 * One server span per request, named `<METHOD> <route template>`; what the handler does inside becomes its children. Call it after
 * `configureApp`, which gives the request its trace, and before the app listens.
 */
export function recordHttpSpans(app: NestFastifyApplication): void {
  const spans = app.get<Spans>(Spans);
  const open = new WeakMap<FastifyRequest, OpenSpan>();
  const fastify = app.getHttpAdapter().getInstance();

  fastify.addHook('onRequest', (request, _reply, done) => {
    const work = (): Promise<void> =>
      new Promise((resolve, reject) => {
        const end = (status: number): void => (status < 500 ? resolve() : reject(failed(status)));
        open.set(request, { resource: new AsyncResource('dmitry.request'), end });
        done();
      });
    spans.within(nameOf(request), work, { kind: 'server', attributes: attributesOf(request) }).catch(() => undefined);
  });
  // reading a body continues in the socket's async context; go back into the span's
  fastify.addHook('preValidation', (request, _reply, done) => {
    const { resource } = open.get(request) ?? {};
    if (resource) resource.runInAsyncScope(done);
    else done();
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    open.get(request)?.end(reply.statusCode);
    done();
  });
}

const nameOf = (request: FastifyRequest): string => `${request.method} ${request.routeOptions.url ?? 'unmatched'}`;

const attributesOf = (request: FastifyRequest): Record<string, string> => ({
  'http.request.method': request.method,
  'http.route': request.routeOptions.url ?? 'unmatched',
  'dmitry.request_id': currentRequest()?.requestId ?? '',
});

/** Only marks the span: the answer has been sent. */
const failed = (status: number): DmitryError => new DmitryError('internal.unexpected', `answered with ${status}`);
