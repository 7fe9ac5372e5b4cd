import { type LlmProvider, type LlmRequest, type LocalReply, recordedCall, streamOf } from '../core/index.ts';
import { readCaseFile } from './case-file.ts';
import { asksForReply, composeReply } from './compose-reply.ts';
import { planToolCalls } from './tool-plan.ts';

const WHO = { provider: 'offline', model: 'offline-rules/1' };

/**
 * Answers from rules, inside the process, and says so: `provider` is `offline` in every answer. It reads the data blocks of the prompt,
 * calls the tools that it can fill in once, then composes the analyst's document from what they returned. The same messages give the same answer.
 * Asked for anything else it says in a sentence that it is offline. It has no clock: deadlines are the caller's.
 */
export function createOfflineLlmProvider(): LlmProvider {
  const complete: LlmProvider['complete'] = (request, context) =>
    recordedCall(WHO, request, context, () => reply(request));
  return {
    provider: WHO.provider,
    complete,
    stream: (request, context) => streamOf(complete(request, context)),
  };
}

const IN_WORDS =
  'No language model is configured; this is the offline provider, which only answers structured security analysis.';

function reply(request: LlmRequest): LocalReply {
  const file = readCaseFile(request.messages);
  const planned = file.asked || request.toolChoice === 'none' ? [] : planToolCalls(request.tools ?? [], file);
  const structured = request.responseFormat?.type === 'json_schema' && asksForReply(request.responseFormat.schema);
  const text = planned.length > 0 ? '' : structured ? JSON.stringify(composeReply(file)) : IN_WORDS;
  return {
    kind: 'reply',
    body: {
      text,
      toolCalls: planned.map((call, index) => ({ id: `call_${index}`, ...call })),
      finish: planned.length > 0 ? 'tool_calls' : 'stop',
      usage: { inputTokens: 0, outputTokens: 0 },
      model: null,
    },
  };
}
