import {
  type LlmAnswer,
  type LlmFinish,
  type LlmProvider,
  type LlmRequest,
  type LlmUnavailableCode,
  type LlmUsage,
  type LocalReply,
  recordedCall,
  streamOf,
  type ToolCall,
} from '../core/index.ts';

/** One answer of the script. Tool calls without an id get `call_0`, `call_1`, … */
export type ScriptedTurn =
  | {
      readonly text?: string;
      readonly toolCalls?: readonly { readonly id?: string; readonly name: string; readonly arguments: string }[];
      readonly finish?: LlmFinish;
      readonly usage?: LlmUsage;
    }
  | { readonly unavailable: LlmUnavailableCode };

/** The turns in order, or a function of the request and its number. */
export type Script = readonly ScriptedTurn[] | ((request: LlmRequest, call: number) => ScriptedTurn);

/** A provider that says what its script says and keeps what it was asked. After the last turn it is unavailable. */
export interface ScriptedLlmProvider extends LlmProvider {
  readonly requests: readonly LlmRequest[];
}

const WHO = { provider: 'scripted', model: 'script' };

export function createScriptedLlmProvider(script: Script): ScriptedLlmProvider {
  const requests: LlmRequest[] = [];
  const complete = (request: LlmRequest, context: Parameters<LlmProvider['complete']>[1]): Promise<LlmAnswer> =>
    recordedCall(WHO, request, context, () => {
      const call = requests.push(request) - 1;
      return replyOf(typeof script === 'function' ? script(request, call) : script[call]);
    });
  return {
    provider: WHO.provider,
    requests,
    complete,
    stream: (request, context) => streamOf(complete(request, context)),
  };
}

function replyOf(turn: ScriptedTurn | undefined): LocalReply {
  if (!turn) return { kind: 'unavailable', code: 'llm.unavailable', message: 'the script has no more turns' };
  if ('unavailable' in turn)
    return { kind: 'unavailable', code: turn.unavailable, message: `the script says ${turn.unavailable}` };
  const toolCalls = (turn.toolCalls ?? []).map(scriptedCall);
  return {
    kind: 'reply',
    body: {
      text: (turn.text ?? '').toWellFormed(),
      toolCalls,
      finish: turn.finish ?? (toolCalls.length > 0 ? 'tool_calls' : 'stop'),
      usage: turn.usage ?? null,
      model: null,
    },
  };
}

const scriptedCall = (call: { id?: string; name: string; arguments: string }, index: number): ToolCall => ({
  id: (call.id ?? `call_${index}`).toWellFormed(),
  name: call.name.toWellFormed(),
  arguments: call.arguments.toWellFormed(),
});
