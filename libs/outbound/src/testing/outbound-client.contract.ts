import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { runInTransaction } from '@dmitry/kit';
import type { CallContext, OutboundClient, OutboundRequest, OutboundStream } from '../core/index.ts';
import { createMemoryRecorder, type MemoryRecorder } from '../memory/index.ts';

/** What the other side does; every adapter must be able to meet it. */
export type Behaviour =
  | { readonly do: 'answer'; readonly status: number; readonly body?: unknown }
  | { readonly do: 'reset' }
  | { readonly do: 'garbage' }
  | { readonly do: 'stream'; readonly chunks: readonly string[] };

export interface OutboundSubject {
  readonly client: OutboundClient;
  /** How many requests have arrived at the other side. */
  readonly arrivals: () => number;
  readonly close: () => Promise<void>;
}

const read: OutboundRequest = { method: 'GET', path: '/things/1', operation: 'thing.get', kind: 'read' };
const keyed: OutboundRequest = {
  method: 'PUT',
  path: '/things/1',
  operation: 'thing.put',
  kind: 'keyed',
  body: { a: 1 },
};
const unsafe: OutboundRequest = {
  method: 'POST',
  path: '/things',
  operation: 'thing.post',
  kind: 'unsafe',
  body: { a: 1 },
};

/** What every outbound client promises. `open` gives a client whose other side behaves as told, from the first request on. */
export function describeOutboundClientContract(
  name: string,
  open: (behaviour: Behaviour) => Promise<OutboundSubject>,
): void {
  describe(`outbound client contract: ${name}`, () => {
    let recorder: MemoryRecorder;
    let context: CallContext;
    let subject: OutboundSubject | undefined;

    beforeEach(() => {
      recorder = createMemoryRecorder();
      context = { tenant: 'acme', recorder };
    });
    afterEach(async () => {
      await subject?.close();
      subject = undefined;
    });
    const given = async (behaviour: Behaviour): Promise<OutboundSubject> => (subject = await open(behaviour));
    const types = (): string[] => recorder.entries.map((entry) => entry.type);
    const outcomes = (): string[] =>
      recorder.entries.flatMap((entry) => (entry.type === 'outcome' ? [entry.outcome.status] : []));

    it('gives the parsed answer with the entry of its outcome, the intent recorded first', async () => {
      const { client } = await given({ do: 'answer', status: 200, body: { id: 1 } });
      const result = await client.call(read, context);
      expect(result).toMatchObject({ kind: 'ok', status: 200, body: { id: 1 }, entry: recorder.entries[1]?.entry });
      expect(types()).toEqual(['intent', 'outcome']);
      expect(recorder.entries[0]).toMatchObject({
        intent: {
          service: client.service,
          operation: 'thing.get',
          effect: 'read',
          request: { method: 'GET', path: '/things/1' },
        },
      });
      expect(recorder.entries[1]).toMatchObject({
        of: recorder.entries[0]?.entry,
        outcome: { status: 'success', response: { body: { id: 1 } } },
      });
    });

    it('sends nothing when the intent cannot be recorded', async () => {
      const { client, arrivals } = await given({ do: 'answer', status: 200, body: {} });
      recorder.fail('intent');
      await expect(client.call(keyed, context)).rejects.toMatchObject({ code: 'outbound.recorder_failed' });
      expect(arrivals()).toBe(0);
    });

    it('withholds the result when the outcome cannot be recorded', async () => {
      const { client, arrivals } = await given({ do: 'answer', status: 200, body: {} });
      recorder.fail('outcome');
      await expect(client.call(read, context)).rejects.toMatchObject({ code: 'outbound.recorder_failed' });
      expect(arrivals()).toBe(1);
    });

    it('makes no call while a transaction is open', async () => {
      const { client, arrivals } = await given({ do: 'answer', status: 200, body: {} });
      const calling = runInTransaction(() => client.call(read, context));
      await expect(calling).rejects.toMatchObject({ code: 'storage.transaction_open' });
      expect([arrivals(), recorder.entries.length]).toEqual([0, 0]);
    });

    it('gives a refusal with what it said', async () => {
      const { client } = await given({ do: 'answer', status: 404, body: { error: 'no such thing' } });
      expect(await client.call(read, context)).toMatchObject({
        kind: 'refused',
        status: 404,
        body: { error: 'no such thing' },
      });
      expect(outcomes()).toEqual(['refused']);
    });

    it('says that a read which failed is unavailable', async () => {
      const { client } = await given({ do: 'answer', status: 503 });
      expect(await client.call(read, context)).toMatchObject({ kind: 'unavailable', reason: 'server_error' });
      expect(outcomes()).toEqual(['error']);
    });

    it.each([
      ['a server error', { do: 'answer', status: 500 }, 'server_error'],
      ['a reset', { do: 'reset' }, 'reset'],
      ['an answer that cannot be read', { do: 'garbage' }, 'malformed'],
    ] as const)('says after %s that an effect is unknown, having sent it once', async (_what, behaviour, reason) => {
      for (const effect of [keyed, unsafe]) {
        const { client, arrivals, close } = await given(behaviour);
        expect(await client.call(effect, context)).toMatchObject({ kind: 'unknown', reason });
        expect(arrivals()).toBe(1);
        await close();
      }
    });

    it('records nothing for a call that its caller records', async () => {
      const { client } = await given({ do: 'answer', status: 200, body: {} });
      expect(await client.call({ ...keyed, recorded: true }, context)).toMatchObject({ kind: 'ok', entry: '' });
      expect(recorder.entries).toEqual([]);
    });

    it('records nothing for a call that concerns no tenant', async () => {
      const { client } = await given({ do: 'answer', status: 200, body: { up: true } });
      expect(await client.operate(read)).toMatchObject({ kind: 'ok', body: { up: true }, entry: '' });
      expect(recorder.entries).toEqual([]);
    });

    it('passes a stream on in order and records all of it before its end is seen', async () => {
      const { client } = await given({ do: 'stream', chunks: ['data: 1\n\n', 'data: 2\n\n'] });
      const stream = streamOf(await client.stream(unsafe, context));
      expect(types()).toEqual(['intent']);
      let text = '';
      for await (const chunk of stream.chunks) text += chunk;
      expect(text).toBe('data: 1\n\ndata: 2\n\n');
      expect(recorder.entries[1]).toMatchObject({
        entry: await stream.entry,
        outcome: { status: 'success', response: { body: text } },
      });
    });

    it('answers a refused stream like a refused call', async () => {
      const { client } = await given({ do: 'answer', status: 401, body: { error: 'no' } });
      expect(await client.stream(unsafe, context)).toMatchObject({ kind: 'refused', status: 401 });
      expect(outcomes()).toEqual(['refused']);
    });
  });
}

function streamOf(stream: OutboundStream): Extract<OutboundStream, { kind: 'stream' }> {
  if (stream.kind !== 'stream') throw new Error(`expected a stream, got ${JSON.stringify(stream)}`);
  return stream;
}
