import { FastifyAdapter } from '@nestjs/platform-fastify';

export interface HttpAdapterOptions {
  /** Largest body. @default 1048576 */
  readonly bodyLimitBytes?: number;
  /** How long a client may take to send a request. @default 30000 */
  readonly requestTimeoutMs?: number;
}

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
    fastify.removeContentTypeParser('text/plain');
    fastify.addContentTypeParser(
      /^application\/[\w.-]+\+json\b/,
      { parseAs: 'string' },
      fastify.getDefaultJsonParser('error', 'error'),
    );
  }

  override registerParserMiddleware(): void {
    // Nest's own parsers (forms, JSON into buffers) stay out; Fastify's JSON parser is there already
  }
}
