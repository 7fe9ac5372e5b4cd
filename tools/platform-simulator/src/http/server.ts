import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseWith, TenantId } from '@dmitry/contracts';
import { type Clock, DmitryError, isDmitryError, type Logger } from '@dmitry/kit';
import type { Fault } from '../knobs/fault.ts';
import type { FaultTable } from '../knobs/knobs.ts';
import type { World, Worlds } from '../worlds.ts';
import { readBody } from './body.ts';
import { type Call, Refusal, refusalReply, type Reply, type Route } from './route.ts';
import type { Router } from './router.ts';

export interface HttpOptions {
  readonly router: Router;
  readonly faults: FaultTable;
  readonly worlds: Worlds;
  readonly clock: Clock;
  readonly logger: Logger;
  /** What callers of services must send as bearer token; absent: nothing is asked. */
  readonly apiKey?: string | undefined;
  /** What callers of `/simulator/…` must send; absent: those paths refuse everybody. */
  readonly adminToken?: string | undefined;
  /** Wait before an operation that is slow by its own script, ms. */
  readonly delayOf: (operation: string) => number;
}

/** Serves routes over HTTP/1.1, with the faults that are set on them. */
export class HttpServer {
  private readonly server: Server;
  private readonly stopped = new AbortController();

  constructor(private readonly options: HttpOptions) {
    this.server = createServer((request, response) => {
      void this.serve(request, response);
    });
  }

  /** @throws DmitryError simulator.not_listening */
  async listen(port: number, host: string): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', (cause) => {
        const why = `cannot listen on ${host}:${port}: ${cause.message}; choose another port, or 0 for a free one`;
        reject(new DmitryError('simulator.not_listening', why, { cause }));
      });
      this.server.listen(port, host, resolve);
    });
    const address = this.server.address() as AddressInfo;
    return `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`;
  }

  /** Closes at once: calls that hang are cut off. */
  async close(): Promise<void> {
    this.stopped.abort(new Error('the simulator was closed'));
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => {
      this.server.close(() => resolve());
    });
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      await this.answer(request, response);
    } catch (error) {
      if (this.stopped.signal.aborted || response.destroyed) response.destroy();
      else write(response, refusalReply(this.refusalOf(error, request)));
    }
  }

  private refusalOf(error: unknown, request: IncomingMessage): Refusal {
    if (error instanceof Refusal) return error;
    if (isDmitryError(error)) return new Refusal(400, error.code, error.message);
    this.options.logger.error('simulator.handler_failed', { error, path: request.url });
    return new Refusal(500, 'internal', 'the simulator failed; its log has the cause');
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://simulator');
    const { route, params } = this.find(request.method ?? 'GET', url.pathname);
    const { raw, json } = await readBody(request);
    this.admit(route, request);
    const tenant = route.scope === 'tenant' ? tenantOf(request, url.searchParams) : undefined;
    const faults = route.scope === 'admin' ? [] : this.options.faults.take(route.operation, tenant);
    await this.wait(route, faults);
    if (before(faults, request, response)) return;
    const call: Call = {
      params,
      query: url.searchParams,
      headers: request.headers,
      body: json,
      rawBody: raw,
      nowMs: this.options.clock.now(),
    };
    const reply = this.run(route, call, { tenant, faults });
    await this.finish(reply, faults, { request, response, tenant });
  }

  private find(method: string, path: string) {
    const found = this.options.router.find(method, path);
    if (found === undefined) throw new Refusal(404, 'not_found', `${path} is not served`);
    if (!('route' in found)) throw new Refusal(405, 'method_not_allowed', `use ${found.join(' or ')} for ${path}`);
    return found;
  }

  private admit(route: Route, request: IncomingMessage): void {
    const { adminToken, apiKey } = this.options;
    const bearer = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (route.scope === 'admin' && (adminToken === undefined || bearer !== adminToken)) {
      throw new Refusal(403, 'forbidden', 'the simulator was not started with this admin token');
    }
    if (route.scope === 'tenant' && apiKey !== undefined && bearer !== apiKey) {
      throw new Refusal(401, 'unauthorized', 'send the API key as bearer token');
    }
  }

  private async wait(route: Route, faults: readonly Fault[]): Promise<void> {
    const { clock, faults: table, delayOf } = this.options;
    const ms = faults.reduce(
      (sum, fault) => sum + (fault.kind === 'latency' ? fault.ms + (fault.jitterMs ?? 0) * table.nextFraction() : 0),
      delayOf(route.operation),
    );
    if (ms > 0) await clock.sleep(ms, this.stopped.signal);
  }

  private run(route: Route, call: Call, seen: { tenant: string | undefined; faults: readonly Fault[] }): Reply {
    if (route.scope !== 'tenant') return route.handle(call);
    const stranger = seen.faults.find((fault) => fault.kind === 'wrong_tenant');
    const world: World = this.options.worlds.of(
      stranger && route.method === 'GET' ? stranger.as : (seen.tenant as string),
    );
    return route.handle({ ...call, world });
  }

  private async finish(
    reply: Reply,
    faults: readonly Fault[],
    wire: { request: IncomingMessage; response: ServerResponse; tenant: string | undefined },
  ): Promise<void> {
    const kinds = new Set(faults.map((fault) => fault.kind));
    if (kinds.has('reset')) {
      wire.request.socket.destroy();
      return;
    }
    if (kinds.has('hang_after')) return; // the connection stays open until the caller or close() ends it
    const stranger = faults.find((fault) => fault.kind === 'wrong_tenant');
    const tenant = stranger?.as ?? wire.tenant;
    const headers = { ...reply.headers, ...(tenant === undefined ? {} : { 'x-tenant-id': tenant }) };
    const malformed = kinds.has('malformed');
    if (reply.events) return this.stream(wire.response, { ...reply, headers }, malformed);
    write(wire.response, { ...reply, headers }, malformed);
  }

  private async stream(response: ServerResponse, reply: Reply, malformed: boolean): Promise<void> {
    response.writeHead(reply.status, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      ...reply.headers,
    });
    const events = reply.events ?? [];
    for (const { data, afterMs } of malformed ? events.slice(0, events.length / 2) : events) {
      if (afterMs > 0) await this.options.clock.sleep(afterMs, this.stopped.signal);
      if (response.destroyed) return;
      response.write(`data: ${data}\n\n`);
    }
    response.end();
  }
}

/** Faults that answer without doing anything. @returns whether the call is over */
function before(faults: readonly Fault[], request: IncomingMessage, response: ServerResponse): boolean {
  for (const fault of faults) {
    if (fault.kind === 'reset' && fault.after !== true) {
      request.socket.destroy();
      return true;
    }
    if (fault.kind === 'status') {
      write(response, { status: fault.status, body: fault.body ?? { error: 'injected fault', code: 'injected' } });
      return true;
    }
    if (fault.kind === 'throttle') {
      const headers = { 'retry-after': String(fault.retryAfterSeconds) };
      write(response, {
        status: 429,
        body: { error: 'too many calls', code: 'throttled', retry_after: fault.retryAfterSeconds },
        headers,
      });
      return true;
    }
  }
  return false;
}

/** The tenant is named by the header; a `tenant_id` in the query may only agree. */
function tenantOf(request: IncomingMessage, query: URLSearchParams): string {
  const given = request.headers['x-tenant-id'];
  const parsed = parseWith(TenantId, given);
  if (!parsed.ok) throw new Refusal(400, 'tenant_missing', 'name the tenant in the X-Tenant-ID header');
  const named = query.get('tenant_id');
  if (named !== null && named !== parsed.value) {
    throw new Refusal(403, 'tenant_mismatch', 'tenant_id names another tenant than the X-Tenant-ID header');
  }
  return parsed.value;
}

function write(response: ServerResponse, reply: Reply, malformed = false): void {
  if (response.headersSent || response.destroyed) return;
  const json = reply.body === undefined ? '' : JSON.stringify(reply.body);
  const text = malformed ? json.slice(0, Math.max(1, Math.floor(json.length / 2))) : json;
  response.writeHead(reply.status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    ...reply.headers,
  });
  response.end(text);
}
