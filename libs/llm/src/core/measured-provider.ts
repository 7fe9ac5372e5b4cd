import type { Metrics } from '@dmitry/telemetry';
import type { LlmAnswer, LlmProvider, LlmStreamPart } from './llm-provider.port.ts';

/** The same provider, counted: answers by outcome (`answer` or the code), tokens as the provider counts them, and the time of an answer. */
export function measuredProvider(provider: LlmProvider, metrics: Metrics): LlmProvider {
  const answers = metrics.counter('llm_answers_total', 'Answers of the language model by outcome', [
    'provider',
    'outcome',
  ]);
  const tokens = metrics.counter('llm_tokens_total', 'Tokens as the provider counts them', ['provider', 'direction']);
  const seconds = metrics.histogram('llm_answer_duration_seconds', 'Time to the whole answer', ['provider']);
  const count = (answer: LlmAnswer): void => {
    const labels = { provider: provider.provider };
    answers.add(1, { ...labels, outcome: answer.kind === 'answer' ? 'answer' : answer.code });
    if (answer.kind !== 'answer') return;
    seconds.observe(answer.latencyMs / 1_000, labels);
    tokens.add(answer.usage?.inputTokens ?? 0, { ...labels, direction: 'input' });
    tokens.add(answer.usage?.outputTokens ?? 0, { ...labels, direction: 'output' });
  };
  return {
    provider: provider.provider,
    async complete(request, context) {
      const answer = await provider.complete(request, context);
      count(answer);
      return answer;
    },
    async *stream(request, context): AsyncGenerator<LlmStreamPart> {
      for await (const part of provider.stream(request, context)) {
        if (part.kind !== 'text') count(part);
        yield part;
      }
    },
  };
}
