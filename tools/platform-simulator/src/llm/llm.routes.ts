import { sha256Hex } from '@dmitry/contracts';
import { at, isObject, itemsAt, type JsonObject, textAt } from '../graph/json.ts';
import { type Call, Refusal, type Reply, type Route } from '../http/route.ts';
import { answerTo, type ModelAnswer } from './answers.ts';
import type { LlmScript } from './script.ts';

const MODEL = 'simulator-scripted-1';
/** Pieces of a streamed text, characters. */
const PIECE = 24;

/** The scripted language model behind the OpenAI-compatible endpoint. */
export class ScriptedModel {
  private script: LlmScript = {};
  private texts: string[] = [];

  use(script: LlmScript): void {
    this.script = script;
    this.texts = [...(script.texts ?? [])];
  }

  /** Wait before an answer, ms. */
  get delayMs(): number {
    return this.script.delayMs ?? 0;
  }

  get chunkDelayMs(): number {
    return this.script.chunkDelayMs ?? 0;
  }

  answer(request: JsonObject): ModelAnswer {
    const text = this.texts.shift();
    return text === undefined ? answerTo(request, this.script.mode ?? 'advice') : { text, toolCalls: [] };
  }
}

export function llmRoutes(model: ScriptedModel): readonly Route[] {
  return [
    {
      operation: 'llm.models',
      method: 'GET',
      path: '/v1/models',
      scope: 'none',
      handle: () => ({
        status: 200,
        body: { object: 'list', data: [{ id: MODEL, object: 'model', owned_by: 'simulator' }] },
      }),
    },
    {
      operation: 'llm.chat',
      method: 'POST',
      path: '/v1/chat/completions',
      scope: 'none',
      handle: (call) => complete(model, call),
    },
  ];
}

function complete(model: ScriptedModel, { body, nowMs }: Call): Reply {
  if (!isObject(body) || itemsAt(body, 'messages').length === 0) {
    throw new Refusal(400, 'invalid_request_error', 'messages must be a list of at least one message');
  }
  const answer = model.answer(body);
  const head = {
    id: `chatcmpl-${sha256Hex(JSON.stringify(body)).slice(0, 24)}`,
    created: Math.floor(nowMs / 1000),
    model: textAt(body, 'model') ?? MODEL,
  };
  if (at(body, 'stream') === true) return streamed(model, answer, head);
  return {
    status: 200,
    body: { ...head, object: 'chat.completion', ...choiceOf(answer), usage: usageOf(body, answer) },
  };
}

const callsOf = (answer: ModelAnswer) =>
  answer.toolCalls.map((call, index) => ({
    id: `call_${index}`,
    type: 'function',
    function: { name: call.name, arguments: call.arguments },
  }));

const finishOf = (answer: ModelAnswer) => (answer.toolCalls.length > 0 ? 'tool_calls' : 'stop');

function choiceOf(answer: ModelAnswer) {
  const calls = callsOf(answer);
  const message = { role: 'assistant', content: answer.text, ...(calls.length > 0 ? { tool_calls: calls } : {}) };
  return { choices: [{ index: 0, message, finish_reason: finishOf(answer) }] };
}

/** Words are what this model counts as tokens. */
const tokensOf = (text: string): number => text.split(/\s+/).filter(Boolean).length;

function usageOf(request: JsonObject, answer: ModelAnswer) {
  const prompt = tokensOf(JSON.stringify(request['messages']));
  const completion = tokensOf(answer.text ?? JSON.stringify(answer.toolCalls));
  return { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion };
}

function streamed(model: ScriptedModel, answer: ModelAnswer, head: object): Reply {
  const pieces = answer.text?.match(new RegExp(`[\\s\\S]{1,${PIECE}}`, 'g')) ?? [];
  const deltas = [
    { role: 'assistant' },
    ...pieces.map((content) => ({ content })),
    ...(answer.toolCalls.length > 0
      ? [{ tool_calls: callsOf(answer).map((call, index) => ({ index, ...call })) }]
      : []),
  ];
  const chunk = (delta: object, finish: string | null) => ({
    data: JSON.stringify({
      ...head,
      object: 'chat.completion.chunk',
      choices: [{ index: 0, delta, finish_reason: finish }],
    }),
    afterMs: model.chunkDelayMs,
  });
  const events = [
    ...deltas.map((delta) => chunk(delta, null)),
    chunk({}, finishOf(answer)),
    { data: '[DONE]', afterMs: 0 },
  ];
  return { status: 200, events };
}
