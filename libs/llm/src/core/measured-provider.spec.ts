import { describe, expect, it } from '@jest/globals';
import { createMemoryRecorder } from '@dmitry/outbound/memory';
import { MemoryMetrics } from '@dmitry/telemetry/memory';
import { createScriptedLlmProvider } from '../memory/index.ts';
import { describeLlmProviderContract } from '../testing/index.ts';
import { measuredProvider } from './index.ts';

describeLlmProviderContract(
  'measured',
  (saying) =>
    Promise.resolve({
      provider: measuredProvider(
        createScriptedLlmProvider(() => saying),
        new MemoryMetrics(),
      ),
      close: () => Promise.resolve(),
    }),
  { scripted: true, failures: ['llm.unavailable'] },
);

describe('measuredProvider', () => {
  it('counts every answer by its outcome, streamed or not, and tokens by direction', async () => {
    const metrics = new MemoryMetrics();
    const usage = { inputTokens: 7, outputTokens: 2 };
    const provider = measuredProvider(
      createScriptedLlmProvider([{ text: 'a', usage }, { text: 'b' }, { unavailable: 'llm.timeout' }]),
      metrics,
    );
    const context = { tenant: 'acme', recorder: createMemoryRecorder() };
    await provider.complete({ messages: [] }, context);
    for await (const part of provider.stream({ messages: [] }, context)) expect(part.kind).not.toBe('unavailable');
    await provider.complete({ messages: [] }, context);
    expect(metrics.value('llm_answers_total', { provider: 'scripted', outcome: 'answer' })).toBe(2);
    expect(metrics.value('llm_answers_total', { provider: 'scripted', outcome: 'llm.timeout' })).toBe(1);
    expect(metrics.value('llm_tokens_total', { provider: 'scripted', direction: 'input' })).toBe(7);
    expect(metrics.observations('llm_answer_duration_seconds', { provider: 'scripted' })).toHaveLength(2);
  });
});
