import type { OutboundResult, UnavailableReason } from '@dmitry/outbound';
import type { LlmAnswer, LlmUnavailableCode } from '../core/index.ts';

const CODE_OF: Partial<Record<UnavailableReason, LlmUnavailableCode>> = {
  timeout: 'llm.timeout',
  deadline: 'llm.timeout',
  aborted: 'llm.aborted',
  malformed: 'llm.malformed_reply',
  too_large: 'llm.malformed_reply',
};

/** What the caller reads when a call did not bring a completion. The provider's own text is left out: it may quote the request. */
export function unavailableOf(result: Exclude<OutboundResult, { kind: 'ok' }>, provider: string): LlmAnswer {
  const said = reasonOf(result);
  return { kind: 'unavailable', ...said, provider, entry: result.entry };
}

function reasonOf(result: Exclude<OutboundResult, { kind: 'ok' }>): { code: LlmUnavailableCode; message: string } {
  if (result.kind !== 'refused') {
    return {
      code: CODE_OF[result.reason] ?? 'llm.unavailable',
      message: `the language model did not answer (${result.reason}): try again later`,
    };
  }
  if (result.status === 429) {
    return { code: 'llm.rate_limited', message: 'the language model limits its callers (429): try again later' };
  }
  return {
    code: 'llm.refused',
    message: `the language model refused the request (${result.status}): check LLM_API_KEY, LLM_MODEL and LLM_BASE_URL`,
  };
}

export const malformed = (provider: string, entry: string): LlmAnswer => ({
  kind: 'unavailable',
  code: 'llm.malformed_reply',
  message: 'the reply is not a complete chat completion: check that LLM_BASE_URL names an OpenAI-compatible endpoint',
  provider,
  entry,
});
