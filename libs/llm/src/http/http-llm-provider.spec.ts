import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ManualClock, SeededIds } from '@dmitry/kit/memory';
import { SystemClock } from '@dmitry/kit/node';
import type { OutboundClient } from '@dmitry/outbound';
import { createHttpClient, type HttpClientOptions } from '@dmitry/outbound/http';
import { createMemoryRecorder, createScriptedClient, type MemoryRecorder } from '@dmitry/outbound/memory';
import { type Fault, type FaultyServer, startFaultyServer } from '@dmitry/outbound/testing';
import type { LlmRequest, LlmStreamPart } from '../core/index.ts';
import { completionReply, completionStream, describeLlmProviderContract, type Saying } from '../testing/index.ts';
import { createHttpLlmProvider, llmHealth } from './index.ts';

const KEY = 'sk-very-secret';
const request: LlmRequest = { messages: [{ role: 'user', content: 'hi' }] };
const FAILURES: Partial<Record<string, Fault>> = {
  'llm.unavailable': { do: 'answer', status: 500, body: { error: { message: 'boom' } } },
  'llm.refused': { do: 'answer', status: 401, body: { error: { message: 'bad key' } } },
  'llm.rate_limited': { do: 'answer', status: 429, headers: { 'retry-after': '1' }, body: {} },
  'llm.malformed_reply': { do: 'answer', status: 200, body: { prose: 'I would rather not.' } },
};

/** The reply to a plain call and to a streamed one; the double cannot tell them apart, so the test says which comes. */
const repliesOf = (saying: Saying): { plain: Fault; streamed: Fault } => {
  if ('unavailable' in saying) {
    const fault = FAILURES[saying.unavailable] as Fault;
    return { plain: fault, streamed: fault };
  }
  const [text, calls] = 'text' in saying ? [saying.text, []] : ['', saying.toolCalls];
  return { plain: completionReply(text, calls), streamed: { do: 'stream', chunks: completionStream(text, calls) } };
};

const limits = { maxAttempts: 1 };
const clientOf = (server: FaultyServer, clock: HttpClientOptions['clock']): OutboundClient =>
  createHttpClient({
    service: 'llm',
    baseUrl: `${server.url}/v1`,
    clock,
    ids: new SeededIds(clock, 'llm'),
    authorization: () => `Bearer ${KEY}`,
    limits,
  });

describeLlmProviderContract(
  'http',
  async (saying) => {
    const server = await startFaultyServer();
    const clock = new SystemClock();
    const client = clientOf(server, clock);
    const provider = createHttpLlmProvider({ client, clock, model: 'double-1' });
    const { plain, streamed } = repliesOf(saying);
    return {
      provider: {
        provider: provider.provider,
        complete: (asked, context) => {
          server.script(plain);
          return provider.complete(asked, context);
        },
        stream: (asked, context) => {
          server.script(streamed);
          return provider.stream(asked, context);
        },
      },
      close: async () => {
        await client.close();
        await server.close();
      },
    };
  },
  { scripted: true, failures: ['llm.unavailable', 'llm.refused', 'llm.rate_limited', 'llm.malformed_reply'] },
);

describe('http provider on a real server', () => {
  let server: FaultyServer;
  let clock: ManualClock;
  let client: OutboundClient;
  let recorder: MemoryRecorder;
  const provider = () => createHttpLlmProvider({ client, clock, model: 'double-1', timeoutMs: 5_000 });
  const context = (rest: Record<string, unknown> = {}) => ({ tenant: 'acme', recorder, ...rest });
  const partsOf = async (stream: AsyncIterable<LlmStreamPart>): Promise<LlmStreamPart[]> => {
    const parts: LlmStreamPart[] = [];
    for await (const part of stream) parts.push(part);
    return parts;
  };

  beforeEach(async () => {
    server = await startFaultyServer();
    clock = new ManualClock();
    client = clientOf(server, clock);
    recorder = createMemoryRecorder();
  });
  afterEach(async () => {
    await client.close();
    await server.close();
  });

  it('asks at /chat/completions, with the key in its header and nowhere in the record', async () => {
    server.script(completionReply('hello'));
    await provider().complete(request, context());
    expect(server.arrivals[0]).toMatchObject({
      method: 'POST',
      path: '/v1/chat/completions',
      headers: { authorization: `Bearer ${KEY}` },
    });
    expect(JSON.parse(server.arrivals[0]?.body ?? '')).toEqual({
      model: 'double-1',
      messages: [{ role: 'user', content: 'hi' }],
    });
    expect(JSON.stringify(recorder.entries)).not.toContain(KEY);
  });

  it('gives text, usage and the model that the server names', async () => {
    server.script(completionReply('hello'));
    expect(await provider().complete({ ...request, model: 'asked-for' }, context())).toMatchObject({
      kind: 'answer',
      text: 'hello',
      usage: { inputTokens: 11, outputTokens: 5 },
      model: 'double-1',
      provider: 'openai-compatible',
    });
  });

  it('says malformed when the server answers in HTML or with half a document', async () => {
    server.script({ do: 'garbage' });
    expect(await provider().complete(request, context())).toMatchObject({
      kind: 'unavailable',
      code: 'llm.malformed_reply',
    });
  });

  it('passes prose through as text: what it is worth is for whoever asked to say', async () => {
    server.script(completionReply('Sure! Here is some JSON: {"summary": "x"} Hope it helps.'));
    const responseFormat = { type: 'json_schema', name: 'r', schema: { type: 'object' } } as const;
    expect(await provider().complete({ ...request, responseFormat }, context())).toMatchObject({
      kind: 'answer',
      finish: 'stop',
    });
  });

  it('gives up on a silent server when the time is over, and records that', async () => {
    server.script({ do: 'silence' });
    const answer = provider().complete(request, context());
    await server.arrived(1);
    await clock.advance(5_001);
    expect(await answer).toMatchObject({ kind: 'unavailable', code: 'llm.timeout' });
    expect(recorder.entries.at(-1)).toMatchObject({ type: 'outcome', outcome: { status: 'timeout' } });
  });

  it('stops when the caller gives up in the middle of a call', async () => {
    server.script({ do: 'silence' });
    const caller = new AbortController();
    const answer = provider().complete(request, context({ signal: caller.signal }));
    await server.arrived(1);
    caller.abort();
    expect(await answer).toMatchObject({ kind: 'unavailable', code: 'llm.aborted' });
  });

  it('does not use half an answer: a stream that is cut ends as unavailable, its text only shown', async () => {
    const chunks = completionStream('hello, wide world').slice(0, 3);
    server.script({ do: 'stream', chunks, after: 'reset' });
    const parts = await partsOf(provider().stream(request, context()));
    expect(parts.at(-1)).toMatchObject({ kind: 'unavailable', code: 'llm.unavailable' });
    expect(recorder.entries.at(-1)).toMatchObject({ type: 'outcome', outcome: { status: 'error' } });
  });

  it('says malformed when a stream ends in good order but unfinished, or is not JSON', async () => {
    server.script(
      { do: 'stream', chunks: completionStream('hello').slice(0, 2) },
      { do: 'stream', chunks: ['data: {"broken\n\n', 'data: [DONE]\n\n'] },
    );
    expect((await partsOf(provider().stream(request, context()))).at(-1)).toMatchObject({
      code: 'llm.malformed_reply',
    });
    expect((await partsOf(provider().stream(request, context()))).at(-1)).toMatchObject({
      code: 'llm.malformed_reply',
    });
  });

  it('puts a stream together however the network cuts it', async () => {
    const bytes = completionStream('hello, wide world').join('');
    server.script({ do: 'stream', chunks: bytes.match(/[\s\S]{1,7}/g) ?? [] });
    expect((await partsOf(provider().stream(request, context()))).at(-1)).toMatchObject({
      kind: 'answer',
      text: 'hello, wide world',
      usage: { inputTokens: 11, outputTokens: 5 },
    });
  });

  it('ends a stream at the deadline or when the caller gives up, each under its own code', async () => {
    const chunks = completionStream('hello').slice(0, 2);
    server.script({ do: 'stream', chunks, after: 'silence' });
    const late = partsOf(provider().stream(request, context({ deadlineMs: clock.now() + 1_000 })));
    await server.arrived(1);
    await clock.advance(1_001);
    expect((await late).at(-1)).toMatchObject({ kind: 'unavailable', code: 'llm.timeout' });
    const caller = new AbortController();
    const left: LlmStreamPart[] = [];
    for await (const part of provider().stream(request, context({ signal: caller.signal }))) {
      left.push(part);
      caller.abort();
    }
    expect(left.at(-1)).toMatchObject({ kind: 'unavailable', code: 'llm.aborted' });
  });
});

describe('http provider over a client that does not get through', () => {
  it('gives each reason its code, and leaves the other side’s own words out of the message', async () => {
    const recorder = createMemoryRecorder();
    const clock = new ManualClock();
    for (const [reason, code] of [
      ['breaker_open', 'llm.unavailable'],
      ['overloaded', 'llm.unavailable'],
      ['deadline', 'llm.timeout'],
      ['too_large', 'llm.malformed_reply'],
    ] as const) {
      const client = createScriptedClient({ service: 'llm', script: [{ fails: reason }] });
      const answer = await createHttpLlmProvider({ client, clock, model: 'm' }).complete(request, {
        tenant: 'acme',
        recorder,
      });
      expect(answer).toMatchObject({ kind: 'unavailable', code });
    }
    const client = createScriptedClient({
      service: 'llm',
      script: [{ status: 400, body: { error: { message: `you sent ${KEY}` } } }],
    });
    const answer = await createHttpLlmProvider({ client, clock, model: 'm' }).complete(request, {
      tenant: 'acme',
      recorder,
    });
    expect(JSON.stringify(answer)).not.toContain(KEY);
  });

  it('says in its health that it has failed, without asking the model', async () => {
    const stateOf = (breaker: 'open' | 'closed') => ({ state: () => ({ breaker, inFlight: 0 }) });
    const { signal } = new AbortController();
    expect(await llmHealth(stateOf('closed')).check(signal)).toEqual({ up: true });
    expect(await llmHealth(stateOf('open')).check(signal)).toMatchObject({ up: false });
    expect(llmHealth(stateOf('open')).kind).toBe('neighbour');
  });
});
