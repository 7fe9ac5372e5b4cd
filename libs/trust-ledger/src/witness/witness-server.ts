import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isDmitryError, type Logger } from '@dmitry/kit';
import type { Witness, WitnessAnswer } from '../core/index.ts';

export interface WitnessServerOptions {
  readonly witness: Witness;
  readonly logger: Logger;
  /** Path in front of `/add-checkpoint` and `/<origin hash>/checkpoint`. @default '' */
  readonly prefix?: string;
  /** @default 65,536: a checkpoint with 63 hashes and a dozen signatures needs a third of it */
  readonly maxBodyBytes?: number;
}

/** A witness on a port. Behind TLS: requests carry nothing secret, but whoever can change answers can keep cosignatures away. */
export interface WitnessServer {
  /** @returns the port, which the system chooses for 0 */
  listen(port: number, host?: string): Promise<number>;
  /** Takes no new requests and waits for those in flight. */
  close(): Promise<void>;
}

const DEFAULT_MAX_BODY_BYTES = 65_536;
/** A request that takes longer is somebody holding the connection. */
const REQUEST_TIMEOUT_MS = 10_000;

type Answer = Omit<WitnessAnswer, 'status'> & { readonly status: number };
const plain = (status: number, why: string): Answer => ({
  status,
  contentType: 'text/plain; charset=utf-8',
  body: `${why}\n`,
});

export function createWitnessServer(options: WitnessServerOptions): WitnessServer {
  const server = createServer((request, response) => void respond(options, request, response));
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  return {
    listen: (port, host = '127.0.0.1') => listen(server, port, host),
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeIdleConnections();
      }),
  };
}

const listen = (server: Server, port: number, host: string): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
  });

async function respond(options: WitnessServerOptions, request: IncomingMessage, response: ServerResponse) {
  let answer: Answer;
  try {
    answer = await route(options, request);
  } catch (error) {
    const code = isDmitryError(error) ? error.code : 'internal.unexpected';
    options.logger.error('ledger.witness_failed', { code, message: (error as Error).message });
    answer = plain(500, 'the witness could not answer; nothing was cosigned');
  }
  response.writeHead(answer.status, { 'content-type': answer.contentType, 'cache-control': 'no-store' });
  response.end(answer.body);
}

const CHECKPOINT = /^\/([0-9a-f]{64})\/checkpoint$/;

async function route(options: WitnessServerOptions, request: IncomingMessage): Promise<Answer> {
  const { prefix = '', witness } = options;
  const [path = ''] = (request.url ?? '').split('?');
  const below = path.startsWith(`${prefix}/`) ? path.slice(prefix.length) : '';
  const hash = CHECKPOINT.exec(below)?.[1];
  if (hash !== undefined) return request.method === 'GET' ? witness.checkpoint(hash) : NOT_ALLOWED;
  if (below !== '/add-checkpoint') return plain(404, 'not found');
  return request.method === 'POST' ? addCheckpoint(options, request) : NOT_ALLOWED;
}

const NOT_ALLOWED = plain(405, 'method not allowed');

async function addCheckpoint(options: WitnessServerOptions, request: IncomingMessage): Promise<Answer> {
  const body = await readBody(request, options.maxBodyBytes ?? DEFAULT_MAX_BODY_BYTES);
  return body === null ? plain(413, 'the request is too large') : options.witness.addCheckpoint(body);
}

/** The body as text, or null when it is too large; what is not UTF-8 becomes a text that no parser accepts. */
async function readBody(request: IncomingMessage, maxBytes: number): Promise<string | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= maxBytes) chunks.push(chunk); // the rest is read and forgotten, so that the answer reaches the client
  }
  return size > maxBytes ? null : Buffer.concat(chunks).toString('utf8');
}
