import { isUtf8 } from 'node:buffer';
import { FastifyAdapter } from '@nestjs/platform-fastify';

export interface HttpAdapterOptions {
  /** Largest body. @default 1048576 */
  readonly bodyLimitBytes?: number;
  /** How long a client may take to send a request. @default 30000 */
  readonly requestTimeoutMs?: number;
}

/** RFC 8259, and what is built on it (RFC 6839 3.1). */
const JSON_TYPES = /^application\/(?:json|[\w.-]+\+json)\b/;

/**
 * Fastify that reads JSON and nothing else, believes no forwarded address, and refuses bodies that would reach a prototype.
 * Forms and text are not parsed: a browser can send those to us from a foreign page without being asked (CORS preflight).
 */
export class JsonHttpAdapter extends FastifyAdapter {
  constructor(options: HttpAdapterOptions = {}) {
    super({
      bodyLimit: options.bodyLimitBytes ?? 1_048_576,
      requestTimeout: options.requestTimeoutMs ?? 30_000,
      trustProxy: false,
      logger: false,
      onProtoPoisoning: 'error',
      onConstructorPoisoning: 'error',
      forceCloseConnections: 'idle',
    });
    const fastify = this.getInstance();
    fastify.removeContentTypeParser(['text/plain', 'application/json']);
    const parse = fastify.getDefaultJsonParser('error', 'error');
    fastify.addContentTypeParser<Buffer>(JSON_TYPES, { parseAs: 'buffer' }, (request, body, done) => {
      Object.assign(request, { rawBody: body }); // what Nest's @RawBody() gives
      if (isUtf8(body)) return parse(request, body.toString('utf8'), done);
      // read leniently it would be another text than the caller's, and hashed and kept as such
      done(Object.assign(new Error('The body is not UTF-8.'), { statusCode: 400 }));
    });
  }

  override registerParserMiddleware(): void {
    // Nest's own parsers (forms, JSON into buffers) stay out; Fastify's JSON parser is there already
  }
}
