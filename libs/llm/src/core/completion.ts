import { parseWith } from '@dmitry/contracts';
import { WireCompletion, type WireUsage } from './completion.schema.ts';
import type { LlmFinish, LlmMessage, LlmRequest, LlmUsage, ToolCall } from './llm-provider.port.ts';

/** What one model reply said, however it travelled. */
export interface CompletionBody {
  readonly text: string;
  readonly toolCalls: readonly ToolCall[];
  readonly finish: LlmFinish;
  readonly usage: LlmUsage | null;
  readonly model: string | null;
}

/** Largest number of tool calls that one answer may carry; more is a runaway model. */
export const MAX_TOOL_CALLS = 128;

/** The body of a request in the OpenAI chat-completions form. */
export function wireRequest(
  request: LlmRequest,
  options: { readonly model: string; readonly stream?: boolean },
): Record<string, unknown> {
  const { tools, responseFormat } = request;
  return {
    model: request.model ?? options.model,
    messages: request.messages.map(wireMessage),
    ...(tools && tools.length > 0
      ? {
          tools: tools.map((tool) => ({
            type: 'function',
            function: { name: tool.name, description: tool.description, parameters: tool.parameters },
          })),
          tool_choice: request.toolChoice ?? 'auto',
        }
      : {}),
    ...(responseFormat?.type === 'json_schema'
      ? {
          response_format: {
            type: 'json_schema',
            json_schema: { name: responseFormat.name, strict: true, schema: strictSchema(responseFormat.schema) },
          },
        }
      : {}),
    ...(request.temperature === undefined ? {} : { temperature: request.temperature }),
    ...(request.maxTokens === undefined ? {} : { max_tokens: request.maxTokens }),
    ...(options.stream ? { stream: true, stream_options: { include_usage: true } } : {}),
  };
}

function wireMessage(message: LlmMessage): Record<string, unknown> {
  switch (message.role) {
    case 'assistant':
      return {
        role: 'assistant',
        content: message.content,
        ...(message.toolCalls && message.toolCalls.length > 0
          ? {
              tool_calls: message.toolCalls.map((call) => ({
                id: call.id,
                type: 'function',
                function: { name: call.name, arguments: call.arguments },
              })),
            }
          : {}),
      };
    case 'tool':
      return { role: 'tool', tool_call_id: message.toolCallId, content: message.content };
    default:
      return { role: message.role, content: message.content };
  }
}

/**
 * A schema as strict mode takes it: no lengths of strings (they are checked after decoding anyway), and an object of free members
 * asked for empty, because strict mode knows none.
 */
function strictSchema(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(strictSchema);
  if (typeof schema !== 'object' || schema === null) return schema;
  if ('patternProperties' in schema && !('properties' in schema)) {
    return { type: 'object', properties: {}, required: [], additionalProperties: false };
  }
  return Object.fromEntries(
    Object.entries(schema)
      .filter(([key, value]) => !((key === 'minLength' || key === 'maxLength') && typeof value === 'number'))
      .map(([key, value]) => [key, strictSchema(value)]),
  );
}

/** Reads the reply of POST /chat/completions; null when it is none. Never throws, whatever came. */
export function readCompletion(body: unknown): CompletionBody | null {
  const parsed = parseWith(WireCompletion, body);
  if (!parsed.ok) return null;
  const choice = parsed.value.choices[0];
  const calls = choice?.message.tool_calls ?? [];
  if (!choice || calls.length > MAX_TOOL_CALLS) return null;
  return {
    text: (choice.message.content ?? '').toWellFormed(),
    toolCalls: calls.map((call, index) => toolCall(index, call.id, call.function)),
    finish: finishOf(choice.finish_reason),
    usage: usageOf(parsed.value.usage),
    model: parsed.value.model ?? null,
  };
}

/** A tool call with an id in any case: some servers leave it out, and results must name their call. */
export const toolCall = (
  index: number,
  id: string | null | undefined,
  part: { readonly name: string; readonly arguments?: string | null | undefined },
): ToolCall => ({
  id: id ? id.toWellFormed() : `call_${index}`,
  name: part.name.toWellFormed(),
  arguments: (part.arguments ?? '').toWellFormed(),
});

const FINISHES: readonly string[] = ['stop', 'length', 'tool_calls', 'content_filter'];

export const finishOf = (reason: string | null | undefined): LlmFinish =>
  reason && FINISHES.includes(reason) ? (reason as LlmFinish) : 'other';

export const usageOf = (usage: WireUsage | null | undefined): LlmUsage | null =>
  usage?.prompt_tokens === undefined || usage.completion_tokens === undefined
    ? null
    : { inputTokens: Math.round(usage.prompt_tokens), outputTokens: Math.round(usage.completion_tokens) };
