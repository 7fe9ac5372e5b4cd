import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the server does with a request. */
export type Fault =
  | {
      readonly do: 'answer';
      readonly status: number;
      readonly body?: unknown;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** Takes the request and closes the socket. */
  | { readonly do: 'reset' }
  /** Begins to answer and closes the socket. */
  | { readonly do: 'cut' }
  /** Takes the request and never answers. */
  | { readonly do: 'silence' }
  /** Answers 200 with a body that is not JSON. */
  | { readonly do: 'garbage' }
  /** Answers with bytes that are not HTTP. */
  | { readonly do: 'noise' }
  /** Answers 200 with `bytes` bytes. */
  | { readonly do: 'flood'; readonly bytes: number }
  /** Streams the chunks; after them it ends, resets or stays silent. */
  | { readonly do: 'stream'; readonly chunks: readonly string[]; readonly after?: 'end' | 'reset' | 'silence' };

/** A request that arrived. */
export interface Arrival {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export interface FaultyServer {
  readonly url: string;
  readonly arrivals: readonly Arrival[];
  /** The requests that arrive from now on meet these, each in turn, the last one again and again. */
  script(...faults: readonly Fault[]): void;
  /** Resolves once `count` requests have arrived in all. */
  arrived(count: number): Promise<void>;
  close(): Promise<void>;
}

/** A real HTTP server on loopback that misbehaves on demand. */
export async function startFaultyServer(): Promise<FaultyServer> {
  const arrivals: Arrival[] = [];
  let faults: readonly Fault[] = [{ do: 'answer', status: 200, body: {} }];
  let used = 0;
  let waiters: { count: number; resolve: () => void }[] = [];
  const server = createServer((request, response) => {
    void textOf(request).then((body) => {
      arrivals.push({ method: request.method ?? '', path: request.url ?? '', headers: request.headers, body });
      const fault = faults[Math.min(used++, faults.length - 1)] as Fault;
      misbehave(fault, response);
      for (const waiter of waiters.filter(({ count }) => arrivals.length >= count)) waiter.resolve();
      waiters = waiters.filter(({ count }) => arrivals.length < count);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    arrivals,
    script(...next) {
      faults = next;
      used = 0;
    },
    arrived: (count) =>
      arrivals.length >= count ? Promise.resolve() : new Promise((resolve) => waiters.push({ count, resolve })),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const JSON_TYPE = { 'content-type': 'application/json' };

type Misbehaviour = {
  readonly [D in Fault['do']]: (fault: Extract<Fault, { do: D }>, response: ServerResponse) => void;
};

const MISBEHAVIOUR: Misbehaviour = {
  answer: ({ status, headers, body }, response) => {
    response.writeHead(status, { ...JSON_TYPE, ...headers });
    response.end(body === undefined ? undefined : JSON.stringify(body));
  },
  reset: (_fault, response) => void response.socket?.destroy(),
  cut: (_fault, response) => {
    response.writeHead(200, { ...JSON_TYPE, 'content-length': 1_000 });
    response.write('{"cut', () => response.socket?.destroy());
  },
  silence: () => undefined,
  garbage: (_fault, response) => void response.writeHead(200, JSON_TYPE).end('<html>not json</html>'),
  noise: (_fault, response) => void response.socket?.end('this is not http\r\n\r\n'),
  flood: ({ bytes }, response) => void response.writeHead(200, JSON_TYPE).end('x'.repeat(bytes)),
  stream: (fault, response) => stream(fault, response),
};

function misbehave(fault: Fault, response: ServerResponse): void {
  (MISBEHAVIOUR[fault.do] as (fault: Fault, response: ServerResponse) => void)(fault, response);
}

function stream(fault: Extract<Fault, { do: 'stream' }>, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  fault.chunks.forEach((chunk, at) =>
    response.write(chunk, () => {
      if (at === fault.chunks.length - 1 && fault.after === 'reset') response.socket?.destroy();
    }),
  );
  if (fault.after === undefined || fault.after === 'end') response.end();
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
