import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { runInTransaction } from '@dmitry/kit';
import type { CallContext } from '@dmitry/outbound';
import { createMemoryRecorder, type MemoryRecorder } from '@dmitry/outbound/memory';
import type { LlmAnswer, LlmProvider, LlmRequest, LlmStreamPart, LlmUnavailableCode } from '../core/index.ts';

/** What the model is to say. An adapter that cannot be told (rules) says what it says; the promises hold all the same. */
export type Saying =
  | { readonly text: string }
  | { readonly toolCalls: readonly { readonly id: string; readonly name: string; readonly arguments: string }[] }
  | { readonly unavailable: LlmUnavailableCode };

export interface LlmSubject {
  readonly provider: LlmProvider;
  close(): Promise<void>;
}

export interface LlmTraits {
  /** Whether `open` can make the model say a given thing. */
  readonly scripted: boolean;
  /** Ways of failing that `open` can bring about. */
  readonly failures: readonly LlmUnavailableCode[];
}

const request: LlmRequest = {
  messages: [{ role: 'user', content: 'Say something.' }],
  tools: [{ name: 'look', description: 'Looks.', parameters: { type: 'object', properties: {}, required: [] } }],
};

const partsOf = async (stream: AsyncIterable<LlmStreamPart>): Promise<LlmStreamPart[]> => {
  const parts: LlmStreamPart[] = [];
  for await (const part of stream) parts.push(part);
  return parts;
};

/** What every provider promises. */
export function describeLlmProviderContract(
  name: string,
  open: (saying: Saying) => Promise<LlmSubject>,
  traits: LlmTraits,
): void {
  describe(`language-model provider contract: ${name}`, () => {
    let recorder: MemoryRecorder;
    let context: CallContext;
    let subject: LlmSubject | undefined;

    beforeEach(() => {
      recorder = createMemoryRecorder();
      context = { tenant: 'acme', recorder };
    });
    afterEach(async () => {
      await subject?.close();
      subject = undefined;
    });
    const saying = async (what: Saying): Promise<LlmProvider> => (subject = await open(what)).provider;

    recordingPromises({ saying, recorder: () => recorder, context: () => context });
    streamingPromises({ saying, recorder: () => recorder, context: () => context });
    if (traits.scripted) contentPromises({ saying, recorder: () => recorder, context: () => context });
    failurePromises({ saying, recorder: () => recorder, context: () => context }, traits.failures);
  });
}

interface Bench {
  readonly saying: (what: Saying) => Promise<LlmProvider>;
  readonly recorder: () => MemoryRecorder;
  readonly context: () => CallContext;
}

function recordingPromises({ saying, recorder, context }: Bench): void {
  it('records the intent before the answer and the outcome before its use, and the answer names the outcome', async () => {
    const provider = await saying({ text: 'hello' });
    const answer = await provider.complete(request, context());
    expect(recorder().entries.map((entry) => entry.type)).toEqual(['intent', 'outcome']);
    expect(recorder().entries[0]).toMatchObject({
      intent: { service: 'llm', operation: 'chat.complete', effect: 'read' },
    });
    expect(recorder().entries[1]).toMatchObject({ entry: answer.entry, outcome: { status: 'success' } });
  });

  it('labels every answer with its provider', async () => {
    const provider = await saying({ text: 'hello' });
    expect((await provider.complete(request, context())).provider).toBe(provider.provider);
    expect(provider.provider).not.toBe('');
  });

  it('gives no answer when the ledger cannot record, neither before nor after', async () => {
    const provider = await saying({ text: 'hello' });
    recorder().fail('intent');
    await expect(provider.complete(request, context())).rejects.toThrow();
    recorder().fail('outcome');
    await expect(provider.complete(request, context())).rejects.toThrow();
    await expect(partsOf(provider.stream(request, context()))).rejects.toThrow();
  });

  it('refuses to be called inside a transaction', async () => {
    const provider = await saying({ text: 'hello' });
    const call = runInTransaction(() => provider.complete(request, context()));
    await expect(call).rejects.toMatchObject({ code: 'storage.transaction_open' });
    expect(recorder().entries).toEqual([]);
  });

  it('does not answer a caller who has given up', async () => {
    const provider = await saying({ text: 'hello' });
    const answer = await provider.complete(request, { ...context(), signal: AbortSignal.abort() });
    expect(answer).toMatchObject({ kind: 'unavailable', code: 'llm.aborted', provider: provider.provider });
  });
}

function streamingPromises({ saying, recorder, context }: Bench): void {
  it('streams text in order and ends with exactly one answer that holds the whole', async () => {
    const provider = await saying({ text: 'hello, wide world' });
    const parts = await partsOf(provider.stream(request, context()));
    const last = parts.at(-1) as Extract<LlmAnswer, { kind: 'answer' }>;
    expect(last.kind).toBe('answer');
    expect(
      parts
        .slice(0, -1)
        .map((part) => (part.kind === 'text' ? part.text : part.kind))
        .join(''),
    ).toBe(last.text);
    expect(recorder().entries.map((entry) => entry.entry)).toContain(last.entry);
  });

  it('can be left early without a fault', async () => {
    const provider = await saying({ text: 'hello, wide world' });
    let seen = 0;
    for await (const part of provider.stream(request, context())) {
      seen += part.kind === 'text' || part.kind === 'answer' ? 1 : 0;
      break;
    }
    expect(seen).toBe(1);
  });
}

function contentPromises({ saying, context }: Bench): void {
  it('gives the text as it was said, well-formed', async () => {
    const provider = await saying({ text: 'Grüße 😀 \ud800!' });
    expect(await provider.complete(request, context())).toMatchObject({
      kind: 'answer',
      text: 'Grüße 😀 \ufffd!',
      toolCalls: [],
    });
  });

  it('gives tool calls as they were asked for, with arguments that are not JSON untouched', async () => {
    const toolCalls = [
      { id: 'a', name: 'look', arguments: '{"at":1}' },
      { id: 'b', name: 'look', arguments: 'prose' },
    ];
    const provider = await saying({ toolCalls });
    expect(await provider.complete(request, context())).toMatchObject({
      kind: 'answer',
      toolCalls,
      finish: 'tool_calls',
    });
    expect((await partsOf(provider.stream(request, context()))).at(-1)).toMatchObject({ kind: 'answer', toolCalls });
  });
}

function failurePromises({ saying, recorder, context }: Bench, failures: readonly LlmUnavailableCode[]): void {
  for (const code of failures) {
    it(`says ${code} as a value with a recorded outcome, streamed or not`, async () => {
      const provider = await saying({ unavailable: code });
      const answer = await provider.complete(request, context());
      expect(answer).toMatchObject({ kind: 'unavailable', code, provider: provider.provider });
      expect(recorder().entries.at(-1)).toMatchObject({ type: 'outcome', entry: answer.entry });
      expect((await partsOf(provider.stream(request, context()))).at(-1)).toMatchObject({ kind: 'unavailable', code });
    });
  }
}
