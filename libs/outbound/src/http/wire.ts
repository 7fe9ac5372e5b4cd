import { Buffer } from 'node:buffer';
import { type Dispatcher, Pool } from 'undici';
import type { CallEnd, Failed, OutboundRequest, UnavailableReason } from '../core/index.ts';
import type { OutboundLimits } from './outbound-limits.ts';
import { type Departure, markDeparture } from './sent-marker.ts';
import { Stopped } from './time-window.ts';

/** A request as bytes: what every attempt sends, unchanged. */
export interface WireRequest {
  readonly method: OutboundRequest['method'];
  readonly path: string;
  readonly body: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly expect: NonNullable<OutboundRequest['expect']>;
}

/** A reply whose body is still to come. */
export interface OpenReply {
  readonly kind: 'open';
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: AsyncIterable<Uint8Array>;
}

/** The fault as the log may show it; the failure as everyone else sees it. */
export type FailedWire = Failed & { readonly cause?: unknown };

/** One service on the network: a pool of connections, attempts one by one. Nothing here retries or records. */
export class Wire {
  private readonly pool: Pool;
  private readonly marked: Dispatcher;

  constructor(
    origin: string,
    private readonly limits: OutboundLimits,
  ) {
    this.pool = new Pool(origin, {
      connections: limits.maxInFlight,
      connect: { timeout: limits.connectTimeoutMs },
      clientTtl: limits.maxConnectionAgeMs,
      pipelining: 1,
      // Attempts have a limit of their own, by the Clock.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    this.marked = this.pool.compose(markDeparture);
  }

  /** Sends and reads the whole reply. Never rejects. */
  async send(request: WireRequest, signal: AbortSignal): Promise<CallEnd> {
    const opened = await this.open(request, signal, 0);
    return opened.kind === 'failed' ? opened : this.read(opened, request.expect);
  }

  /** Sends and waits for the headers. Never rejects. @param idleMs longest silence in the body, 0 for none */
  async open(request: WireRequest, signal: AbortSignal, idleMs: number): Promise<OpenReply | FailedWire> {
    const departure: Departure = { left: false };
    const { method, path, body, headers } = request;
    try {
      const reply = await this.marked.request({
        method,
        path,
        body,
        headers,
        signal,
        opaque: departure,
        bodyTimeout: idleMs,
      });
      return { kind: 'open', status: reply.statusCode, headers: plainHeaders(reply.headers), body: reply.body };
    } catch (error) {
      return { kind: 'failed', reason: reasonOf(error, departure.left), left: departure.left, cause: error };
    }
  }

  /** Reads the rest of a reply. Never rejects. */
  async read(reply: OpenReply, expect: WireRequest['expect']): Promise<CallEnd | FailedWire> {
    const { status, headers } = reply;
    let bytes: Buffer | null;
    try {
      bytes = await collect(reply.body, this.limits.maxResponseBytes);
    } catch (error) {
      return { kind: 'failed', reason: reasonOf(error, true), left: true, status, cause: error };
    }
    if (bytes === null) return { kind: 'failed', reason: 'too_large', left: true, status };
    const succeeded = status >= 200 && status < 300;
    const body =
      succeeded && expect === 'bytes' ? bytes : bodyOf(bytes.toString('utf8'), succeeded && expect === 'json');
    if (body === MALFORMED) return { kind: 'failed', reason: 'malformed', left: true, status };
    return { kind: 'reply', status, headers, body };
  }

  /** Waits for what is in flight. */
  close(): Promise<void> {
    return this.pool.close();
  }

  destroy(): Promise<void> {
    return this.pool.destroy();
  }
}

const MALFORMED = Symbol('malformed');

/** A success must be JSON where JSON is expected; what a refusal says is passed on as text when it is not. */
function bodyOf(text: string, mustParse: boolean): unknown {
  if (text === '') return null;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return mustParse ? MALFORMED : text;
  }
}

async function collect(body: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Buffer | null> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > maxBytes) return null; // leaving the loop destroys the body and its socket
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const plainHeaders = (headers: Record<string, string | string[] | undefined>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name.toLowerCase(), Array.isArray(value) ? value.join(', ') : value]],
    ),
  );

const MALFORMED_REPLY: ReadonlySet<string> = new Set([
  'HTTPParserError',
  'HeadersOverflowError',
  'ResponseContentLengthMismatchError',
]);

/** What an error of undici or of the socket means. Before departure everything else is a failure to connect. */
export function reasonOf(error: unknown, left: boolean): UnavailableReason {
  if (error instanceof Stopped) return error.reason;
  const name = error instanceof Error ? error.name : '';
  if (name === 'BodyTimeoutError') return 'timeout';
  if (!left) return 'connect';
  return MALFORMED_REPLY.has(name) ? 'malformed' : 'reset';
}
