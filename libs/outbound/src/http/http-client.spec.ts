import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createServer } from 'node:net';
import { DmitryError, type LogFields, type Logger, runInRequest, silentLogger } from '@dmitry/kit';
import { ManualClock, SeededIds } from '@dmitry/kit/memory';
import { SystemClock } from '@dmitry/kit/node';
import { MemoryMetrics } from '@dmitry/telemetry/memory';
import type { CallContext, OutboundClient, OutboundRequest, OutboundStream } from '../core/index.ts';
import { createMemoryRecorder, type MemoryRecorder } from '../memory/index.ts';
import { describeOutboundClientContract, type Fault, type FaultyServer, startFaultyServer } from '../testing/index.ts';
import { createHttpClient, type LimitOptions } from './index.ts';

const faultOf = (behaviour: { do: string }): Fault => behaviour as Fault;

describeOutboundClientContract('http', async (behaviour) => {
  const server = await startFaultyServer();
  server.script(faultOf(behaviour));
  const clock = new SystemClock();
  const client = createHttpClient({
    service: 'platform',
    baseUrl: server.url,
    clock,
    ids: new SeededIds(clock, 'contract'),
  });
  return {
    client,
    arrivals: () => server.arrivals.length,
    close: async () => {
      await client.close();
      await server.close();
    },
  };
});

const read: OutboundRequest = { method: 'GET', path: '/things/1', operation: 'thing.get', kind: 'read' };
const keyed: OutboundRequest = {
  method: 'PUT',
  path: '/things/1',
  operation: 'thing.put',
  kind: 'keyed',
  body: { n: 'ünicode' },
};
const unsafe: OutboundRequest = { ...keyed, method: 'POST', kind: 'unsafe' };

describe('http client', () => {
  let server: FaultyServer;
  let clock: ManualClock;
  let metrics: MemoryMetrics;
  let recorder: MemoryRecorder;
  let context: CallContext;
  let lines: { event: string; fields: LogFields | undefined }[];
  const clients: OutboundClient[] = [];

  beforeEach(async () => {
    server = await startFaultyServer();
    clock = new ManualClock();
    metrics = new MemoryMetrics();
    recorder = createMemoryRecorder();
    context = { tenant: 'acme', recorder };
    lines = [];
  });
  afterEach(async () => {
    await server.close();
    await Promise.all(clients.splice(0).map((client) => client.close()));
  });

  const logger: Logger = {
    ...silentLogger,
    warn: (event, fields) => void lines.push({ event, fields }),
    child: () => logger,
  };
  const open = (limits: LimitOptions = {}, extra: object = {}): OutboundClient => {
    const ids = new SeededIds(clock, 'http');
    const client = createHttpClient({
      service: 'platform',
      baseUrl: `${server.url}/base/`,
      clock,
      ids,
      logger,
      metrics,
      limits,
      ...extra,
    });
    clients.push(client);
    return client;
  };
  const outcome = (): unknown =>
    recorder.entries.flatMap((entry) => (entry.type === 'outcome' ? [entry.outcome] : [])).at(-1);

  it('sends a text as it is when it is said to be one, and as JSON otherwise', async () => {
    const client = open();
    const note = 'old 0\n\nlog.example/a\n';
    await client.operate({ ...keyed, body: note, headers: { 'Content-Type': 'text/plain' } });
    await client.operate({ ...keyed, body: note });
    expect(server.arrivals.map(({ body }) => body)).toEqual([note, JSON.stringify(note)]);
  });

  it('sends tenant, trace and credentials that a caller cannot replace', async () => {
    const client = open({}, { authorization: () => 'Bearer s3cret', headers: { 'X-Source': 'dmitry' } });
    const headers = { 'X-Tenant-ID': 'evil', Authorization: 'none', 'X-Own': '1' };
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    await runInRequest({ requestId: 'req-1', traceparent }, () => client.call({ ...keyed, headers }, context));
    expect(server.arrivals[0]).toMatchObject({ method: 'PUT', path: '/base/things/1', body: '{"n":"ünicode"}' });
    expect(server.arrivals[0]?.headers).toMatchObject({
      'x-tenant-id': 'acme',
      authorization: 'Bearer s3cret',
      'x-own': '1',
      'x-source': 'dmitry',
      'x-request-id': 'req-1',
      'user-agent': 'Dmitry-AI/2.0',
      'content-type': 'application/json',
      'x-trace-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
      traceparent: expect.stringMatching(/^00-0af7651916cd43dd8448eb211c80319c-(?!b7ad6b7169203331)[0-9a-f]{16}-01$/),
    });
    expect(JSON.stringify(recorder.entries)).not.toContain('s3cret');
  });

  it('begins a trace of its own when there is none, or when the given one is not valid', async () => {
    const client = open();
    await client.call(read, context);
    await client.call(read, { ...context, traceparent: 'not a traceparent' });
    for (const arrival of server.arrivals)
      expect(arrival.headers['traceparent']).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  });

  it('makes no call without the credentials it should send, and says nothing of them in the log', async () => {
    const client = open({}, { authorization: () => Promise.reject(new Error('token endpoint said: token=abc123')) });
    expect(await client.call(unsafe, context)).toMatchObject({ kind: 'unavailable', reason: 'connect' });
    expect(server.arrivals).toEqual([]);
    expect(lines[0]).toMatchObject({
      event: 'outbound.call_failed',
      fields: { error: 'token endpoint said: token=***' },
    });
  });

  it('ends an attempt at its limit: a read is tried again, an effect is unknown', async () => {
    server.script({ do: 'silence' }, { do: 'answer', status: 200, body: 1 });
    const client = open({ attemptTimeoutMs: 500, retryReserve: 1 });
    const reading = client.call(read, context);
    await server.arrived(1);
    await clock.advance(500);
    await clock.advance(100);
    expect(await reading).toMatchObject({ kind: 'ok', body: 1 });
    expect(outcome()).toMatchObject({ status: 'success', attempts: 2 });

    server.script({ do: 'silence' });
    const effect = client.call(keyed, context);
    await server.arrived(3);
    await clock.advance(500);
    expect(await effect).toMatchObject({ kind: 'unknown', reason: 'timeout', latencyMs: 500 });
    expect(outcome()).toMatchObject({ status: 'timeout', attempts: 1, latencyMs: 500 });
  });

  it('keeps the deadline over everything and sends nothing once it has passed', async () => {
    server.script({ do: 'silence' });
    const client = open();
    const reading = client.call(read, { ...context, deadlineMs: clock.now() + 300 });
    await server.arrived(1);
    await clock.advance(300);
    expect(await reading).toMatchObject({ kind: 'unavailable', reason: 'deadline' });
    expect(await client.call(keyed, { ...context, deadlineMs: clock.now() })).toMatchObject({
      kind: 'unavailable',
      reason: 'deadline',
    });
    expect(outcome()).toMatchObject({ status: 'not_sent', attempts: 0 });
    expect(server.arrivals).toHaveLength(1);
  });

  it('opens the breaker for an upstream that stays silent although every deadline is shorter than the attempt', async () => {
    server.script({ do: 'silence' });
    const client = open({ attemptTimeoutMs: 1_000, breaker: { minCalls: 2 } });
    for (let call = 1; call <= 2; call++) {
      const reading = client.call(read, { ...context, deadlineMs: clock.now() + 600 });
      await server.arrived(call);
      await clock.advance(600);
      await reading;
    }
    expect(client.state().breaker).toBe('open');
  });

  it('stops when the caller gives up, and leaves no listener on a long-lived signal', async () => {
    server.script({ do: 'silence' });
    const client = open();
    const giving = new AbortController();
    let listeners = 0;
    const { signal } = giving;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      listeners += 1;
      add(...args);
    };
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      listeners -= 1;
      remove(...args);
    };
    const reading = client.call(read, { ...context, signal });
    const effect = client.call(keyed, { ...context, signal });
    await server.arrived(2);
    giving.abort();
    expect([await reading, await effect]).toMatchObject([
      { kind: 'unavailable', reason: 'aborted' },
      { kind: 'unknown', reason: 'timeout' },
    ]);
    expect([listeners, clock.pending, client.state().inFlight]).toEqual([0, 0, 0]);
    expect(await client.call(keyed, { ...context, signal })).toMatchObject({ kind: 'unavailable', reason: 'aborted' });
  });

  it('waits as long as Retry-After asks, and not past the deadline', async () => {
    server.script(
      { do: 'answer', status: 429, headers: { 'retry-after': '7' } },
      { do: 'answer', status: 200, body: 'ok' },
    );
    const client = open({ retryReserve: 2 });
    const reading = client.call(read, context);
    await server.arrived(1);
    await until(() => client.state().inFlight === 0);
    await clock.advance(6_999);
    expect(server.arrivals).toHaveLength(1);
    await clock.advance(1);
    expect(await reading).toMatchObject({ kind: 'ok', body: 'ok' });

    server.script({ do: 'answer', status: 429, headers: { 'retry-after': '60' }, body: { error: 'slow down' } });
    expect(await client.call(read, context)).toMatchObject({
      kind: 'refused',
      status: 429,
      headers: { 'retry-after': '60' },
    });
    expect(server.arrivals).toHaveLength(3);
  });

  it('repeats a keyed effect only when no connection was made, and an unsafe one never', async () => {
    const port = await freePort();
    const baseUrl = `http://127.0.0.1:${port}`;
    const client = open({ retryReserve: 5, backoffMs: 0 }, { baseUrl });
    const calling = client.call(keyed, context);
    for (let turn = 0; turn < 20 && !outcome(); turn++) await clock.advance(1);
    expect(await calling).toMatchObject({ kind: 'unavailable', reason: 'connect' });
    expect(outcome()).toMatchObject({ status: 'not_sent', attempts: 3 });
    expect(await client.call(unsafe, context)).toMatchObject({ kind: 'unavailable', reason: 'connect' });
    expect(outcome()).toMatchObject({ status: 'not_sent', attempts: 1 });
  });

  it.each([
    ['cut', 'reset'],
    ['noise', 'malformed'],
  ] as const)('calls a reply that is %s by its name: %s', async (fault, reason) => {
    server.script({ do: fault });
    expect(await open().call(read, context)).toMatchObject({ kind: 'unavailable', reason });
    expect(await open().call(unsafe, context)).toMatchObject({ kind: 'unknown', reason });
  });

  it('stops reading a reply beyond its size limit without blaming the other side', async () => {
    server.script({ do: 'flood', bytes: 100_000 });
    const client = open({ maxResponseBytes: 1_000, breaker: { minCalls: 1 } });
    expect(await client.call(read, context)).toMatchObject({ kind: 'unavailable', reason: 'too_large' });
    expect(await client.call(unsafe, context)).toMatchObject({ kind: 'unknown', reason: 'malformed' });
    expect(client.state()).toEqual({ breaker: 'closed', inFlight: 0 });
  });

  it('gives text where text is expected, null where there is no body', async () => {
    server.script({ do: 'garbage' }, { do: 'answer', status: 204 });
    const client = open();
    expect(await client.call({ ...read, expect: 'text' }, context)).toMatchObject({
      kind: 'ok',
      body: '<html>not json</html>',
    });
    expect(await client.call(read, context)).toMatchObject({ kind: 'ok', status: 204, body: null });
  });

  it('gives the bytes that came where bytes are expected, also when they would be JSON', async () => {
    server.script({ do: 'answer', status: 200, body: 12 }, { do: 'answer', status: 404, body: { code: 'x' } });
    const client = open();
    const bytes = await client.operate({ ...read, expect: 'bytes' });
    expect(bytes.kind === 'ok' && Buffer.from(bytes.body as Uint8Array).toString()).toBe('12');
    expect(await client.operate({ ...read, expect: 'bytes' })).toMatchObject({ kind: 'refused', body: { code: 'x' } });
  });

  it('refuses more than it can hold at once, and passes places on in order', async () => {
    server.script({ do: 'silence' }, { do: 'answer', status: 200 });
    const client = open({ maxInFlight: 1, maxQueued: 1 });
    const held = client.call(read, context);
    await server.arrived(1);
    const queued = client.call(read, context);
    await clock.advance(0);
    expect(await client.call(keyed, context)).toMatchObject({ kind: 'unavailable', reason: 'overloaded' });
    expect(outcome()).toMatchObject({ status: 'not_sent', attempts: 0 });
    await clock.advance(10_000);
    expect(await queued).toMatchObject({ kind: 'ok' });
    expect(await held).toMatchObject({ kind: 'unavailable', reason: 'timeout' });
    expect(client.state().inFlight).toBe(0);
  });

  it('opens one breaker per kind of request, never because of refusals, and closes it after one good trial', async () => {
    server.script({ do: 'answer', status: 404 });
    const client = open({ breaker: { minCalls: 4, resetMs: 1_000 } });
    for (let call = 0; call < 10; call++) await client.call(read, context);
    expect(client.state().breaker).toBe('closed');
    server.script({ do: 'answer', status: 500 });
    for (let call = 0; call < 11; call++)
      await client.call({ ...read, timeoutMs: 5_000 }, { ...context, deadlineMs: clock.now() + 1 });
    expect(client.state().breaker).toBe('open');
    expect(await client.call(read, context)).toMatchObject({ kind: 'unavailable', reason: 'breaker_open' });
    expect(outcome()).toMatchObject({ status: 'not_sent', attempts: 0 });
    server.script({ do: 'answer', status: 200 });
    expect(await client.call(keyed, context)).toMatchObject({ kind: 'ok' });
    await clock.advance(1_000);
    expect(client.state().breaker).toBe('half_open');
    expect(await client.call(read, context)).toMatchObject({ kind: 'ok' });
    expect(client.state().breaker).toBe('closed');
    expect(metrics.value('outbound_breaker_open_ratio', { service: 'platform', kind: 'read' })).toBe(0);
    expect(
      lines.filter(({ event }) => event === 'outbound.breaker_changed').map(({ fields }) => fields?.['state']),
    ).toEqual(['open', 'half_open', 'closed']);
  });

  it('counts calls, attempts and time by operation and outcome', async () => {
    server.script({ do: 'answer', status: 200 }, { do: 'answer', status: 404 });
    const client = open();
    await client.call(read, context);
    await client.operate(read);
    const labels = { service: 'platform', operation: 'thing.get' };
    expect(metrics.value('outbound_calls_total', { ...labels, outcome: 'ok' })).toBe(1);
    expect(metrics.value('outbound_calls_total', { ...labels, outcome: 'refused' })).toBe(1);
    expect(metrics.value('outbound_attempts_total', labels)).toBe(2);
    expect(metrics.observations('outbound_call_duration_seconds', labels)).toHaveLength(2);
  });

  it('refuses an address or a request that could not mean what was meant', async () => {
    const invalid = { code: 'outbound.request_invalid' };
    expect(() => open({}, { baseUrl: 'ftp://platform' })).toThrow(expect.objectContaining(invalid));
    expect(() => open({}, { baseUrl: 'http://user:pass@platform' })).toThrow(expect.objectContaining(invalid));
    const loop: Record<string, unknown> = {};
    loop['self'] = loop;
    await expect(open().call({ ...read, path: 'things' }, context)).rejects.toMatchObject(invalid);
    await expect(open().call({ ...read, path: '/a b' }, context)).rejects.toMatchObject(invalid);
    await expect(open().operate({ ...unsafe, body: loop })).rejects.toMatchObject(invalid);
    expect(recorder.entries).toEqual([]);
  });

  it('passes a coded fault of the recorder through unchanged', async () => {
    const fault = new DmitryError('ledger.backlog', 'too many entries wait');
    const failing: CallContext = { ...context, recorder: { ...recorder, intent: () => Promise.reject(fault) } };
    await expect(open().call(read, failing)).rejects.toBe(fault);
  });

  it('answers calls after close as not connected', async () => {
    const client = open();
    await client.close();
    expect(await client.call(keyed, context)).toMatchObject({ kind: 'unavailable', reason: 'connect' });
  });

  describe('streams', () => {
    const start = async (
      client: OutboundClient,
      own: CallContext = context,
    ): Promise<Extract<OutboundStream, { kind: 'stream' }>> => {
      const stream = await client.stream(unsafe, own);
      if (stream.kind !== 'stream') throw new Error(`no stream: ${stream.kind}`);
      return stream;
    };
    const drain = async (chunks: AsyncIterable<string>): Promise<string> => {
      let text = '';
      for await (const chunk of chunks) text += chunk;
      return text;
    };

    it('keeps its place until the end and ignores the attempt limit once it flows', async () => {
      server.script({ do: 'stream', chunks: ['a', 'ü'], after: 'end' });
      const client = open({ attemptTimeoutMs: 100 });
      const stream = await start(client);
      expect(client.state().inFlight).toBe(1);
      await clock.advance(5_000);
      expect(await drain(stream.chunks)).toBe('aü');
      expect(client.state().inFlight).toBe(0);
      expect(outcome()).toMatchObject({ status: 'success', latencyMs: 5_000 });
      expect(clock.pending).toBe(0);
    });

    it('tells the reader of a cut and records what came', async () => {
      server.script({ do: 'stream', chunks: ['half'], after: 'reset' });
      const client = open();
      await expect(drain((await start(client)).chunks)).rejects.toMatchObject({ code: 'outbound.stream_cut' });
      expect(outcome()).toMatchObject({ status: 'error', response: { cut: 'reset', body: 'half' } });
      expect(client.state().inFlight).toBe(0);
    });

    it('ends at the deadline even when nobody reads', async () => {
      server.script({ do: 'stream', chunks: ['x'], after: 'silence' });
      const client = open();
      const stream = await start(client, { ...context, deadlineMs: clock.now() + 1_000 });
      await clock.advance(1_000);
      expect(await stream.entry).toBe('entry-2');
      expect(outcome()).toMatchObject({ status: 'timeout', response: { cut: 'deadline' } });
      expect(client.state().inFlight).toBe(0);
      await expect(drain(stream.chunks)).rejects.toMatchObject({ code: 'outbound.stream_cut' });
    });

    it('ends when the reader leaves early', async () => {
      server.script({ do: 'stream', chunks: ['first'], after: 'silence' });
      const client = open();
      const stream = await start(client);
      for await (const chunk of stream.chunks) {
        expect(chunk).toBe('first');
        break;
      }
      expect(outcome()).toMatchObject({ status: 'timeout', response: { cut: 'aborted', body: 'first' } });
      expect(client.state().inFlight).toBe(0);
    });

    it('is cut beyond the size limit', async () => {
      server.script({ do: 'stream', chunks: ['0123456789', '0123456789'], after: 'end' });
      const stream = await start(open({ maxResponseBytes: 12 }));
      await expect(drain(stream.chunks)).rejects.toMatchObject({ code: 'outbound.stream_cut' });
      expect(outcome()).toMatchObject({ status: 'error', response: { cut: 'too_large' } });
    });

    it('tells the reader when the outcome cannot be recorded', async () => {
      server.script({ do: 'stream', chunks: ['x'], after: 'end' });
      const stream = await start(open());
      recorder.fail('outcome');
      await expect(drain(stream.chunks)).rejects.toMatchObject({ code: 'outbound.recorder_failed' });
      await expect(stream.entry).rejects.toMatchObject({ code: 'outbound.recorder_failed' });
    });

    it('is unavailable when nothing can be reached', async () => {
      const client = open({}, { baseUrl: `http://127.0.0.1:${await freePort()}` });
      expect(await client.stream(unsafe, context)).toMatchObject({ kind: 'unavailable', reason: 'connect' });
      const broken = open({}, { authorization: () => Promise.reject(new Error('no')) });
      expect(await broken.stream(unsafe, context)).toMatchObject({ kind: 'unavailable', reason: 'connect' });
    });
  });
});

/** Lets sockets do their work until the condition holds. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}
