import { assertNoOpenTransaction } from '@dmitry/kit';
import type { CallContext, CallIntent, CallOutcome } from '@dmitry/outbound';
import { type CompletionBody, wireRequest } from './completion.ts';
import type { LlmAnswer, LlmRequest, LlmUnavailableCode } from './llm-provider.port.ts';

/** Service name of every language-model call: in the ledger, in metrics, as the breaker's key. */
export const LLM_SERVICE = 'llm';
/** Operation name of a chat completion. */
export const LLM_OPERATION = 'chat.complete';

/** What a provider that answers inside the process says. */
export type LocalReply =
  | { readonly kind: 'reply'; readonly body: CompletionBody }
  | { readonly kind: 'unavailable'; readonly code: LlmUnavailableCode; readonly message: string };

/**
 * A call answered inside the process, recorded exactly as one that leaves it: intent before the answer is worked out, outcome before it is used.
 * The record names the provider, so that a reader of the ledger can tell rules from a language model.
 */
export async function recordedCall(
  who: { readonly provider: string; readonly model: string },
  request: LlmRequest,
  context: CallContext,
  reply: () => LocalReply,
): Promise<LlmAnswer> {
  assertNoOpenTransaction('a language-model call');
  if (context.signal?.aborted) {
    return {
      kind: 'unavailable',
      code: 'llm.aborted',
      message: 'the caller gave up before the call',
      provider: who.provider,
      entry: '',
    };
  }
  const intent: CallIntent = {
    service: LLM_SERVICE,
    operation: LLM_OPERATION,
    effect: 'read',
    request: { provider: who.provider, body: wireRequest(request, who) },
  };
  const intentEntry = await context.recorder.intent(intent);
  const said = reply();
  const entry = await context.recorder.outcome(intentEntry, intent, outcomeOf(said, who.provider));
  if (said.kind === 'unavailable') return { ...said, provider: who.provider, entry };
  return {
    kind: 'answer',
    ...said.body,
    model: said.body.model ?? who.model,
    provider: who.provider,
    entry,
    latencyMs: 0,
  };
}

function outcomeOf(said: LocalReply, provider: string): CallOutcome {
  const common = { latencyMs: 0, attempts: 1 };
  if (said.kind === 'reply') return { ...common, status: 'success', response: { provider, ...said.body } };
  return { ...common, status: STATUS_OF[said.code], response: { provider, code: said.code } };
}

const STATUS_OF: Readonly<Record<LlmUnavailableCode, CallOutcome['status']>> = {
  'llm.unavailable': 'error',
  'llm.timeout': 'timeout',
  'llm.aborted': 'timeout',
  'llm.malformed_reply': 'error',
  'llm.refused': 'refused',
  'llm.rate_limited': 'refused',
};

/** A finished answer as a stream: its text in pieces of at most 64 characters, then the answer. */
export async function* streamOf(answer: Promise<LlmAnswer>) {
  const whole = await answer;
  if (whole.kind === 'answer') {
    for (const piece of piecesOf(whole.text)) yield { kind: 'text' as const, text: piece };
  }
  yield whole;
}

function* piecesOf(text: string, size = 64): Generator<string> {
  let from = 0;
  while (from < text.length) {
    let to = Math.min(text.length, from + size);
    // Never between the halves of a surrogate pair.
    if (to < text.length && text.charCodeAt(to - 1) >= 0xd800 && text.charCodeAt(to - 1) <= 0xdbff) to += 1;
    yield text.slice(from, to);
    from = to;
  }
}
