import { describe, expect, it } from '@jest/globals';
import { createMemoryRecorder } from '@dmitry/outbound/memory';
import { describeLlmProviderContract } from '../testing/index.ts';
import { createScriptedLlmProvider } from './index.ts';

describeLlmProviderContract(
  'scripted',
  (saying) => Promise.resolve({ provider: createScriptedLlmProvider(() => saying), close: () => Promise.resolve() }),
  {
    scripted: true,
    failures: [
      'llm.unavailable',
      'llm.timeout',
      'llm.aborted',
      'llm.malformed_reply',
      'llm.refused',
      'llm.rate_limited',
    ],
  },
);

describe('createScriptedLlmProvider', () => {
  const context = () => ({ tenant: 'acme', recorder: createMemoryRecorder() });

  it('says its turns in order, keeps what it was asked, and is unavailable after the last', async () => {
    const provider = createScriptedLlmProvider([{ text: 'one' }, { toolCalls: [{ name: 'look', arguments: '{}' }] }]);
    const ask = (content: string) => provider.complete({ messages: [{ role: 'user', content }] }, context());
    expect(await ask('a')).toMatchObject({ text: 'one', finish: 'stop' });
    expect(await ask('b')).toMatchObject({
      toolCalls: [{ id: 'call_0', name: 'look', arguments: '{}' }],
      finish: 'tool_calls',
    });
    expect(await ask('c')).toMatchObject({ kind: 'unavailable', code: 'llm.unavailable' });
    expect(provider.requests.map((request) => request.messages[0]?.content)).toEqual(['a', 'b', 'c']);
  });

  it('streams without cutting a character in two', async () => {
    const text = `${'x'.repeat(63)}😀y`;
    const provider = createScriptedLlmProvider([{ text }]);
    const shown: string[] = [];
    for await (const part of provider.stream({ messages: [] }, context()))
      if (part.kind === 'text') shown.push(part.text);
    expect(shown).toEqual([`${'x'.repeat(63)}😀`, 'y']);
  });
});
