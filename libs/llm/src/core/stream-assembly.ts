import { parseWith } from '@dmitry/contracts';
import { type CompletionBody, finishOf, toolCall, usageOf } from './completion.ts';
import { WireChunk, type WireToolCallDelta } from './completion.schema.ts';
import type { LlmFinish, LlmUsage } from './llm-provider.port.ts';
import { createSseParser } from './sse.ts';
import { jsonOf } from './untrusted-json.ts';

export interface StreamAssembly {
  /** Feeds the next piece of the stream, cut anywhere. @returns the text that it added */
  push(chunk: string): string;
  /** What the stream said, or null when it was cut or is not a chat completion. Call it once the stream has ended. */
  finish(): CompletionBody | null;
}

/** Puts a streamed reply together: text in order, tool-call pieces by their index. Never throws, whatever came. */
export function createStreamAssembly(): StreamAssembly {
  const parser = createSseParser();
  const state: AssemblyState = {
    text: [],
    calls: new Map(),
    finish: null,
    usage: null,
    model: null,
    done: false,
    broken: false,
  };
  return {
    push: (chunk) =>
      parser
        .push(chunk)
        .map((event) => take(state, event.data))
        .join(''),
    finish() {
      // A stream that neither finished a choice nor said [DONE] was cut: half an answer is no answer.
      if (state.broken || (!state.done && state.finish === null)) return null;
      const calls = [...state.calls.entries()].sort(([a], [b]) => a - b).map(([, call]) => call);
      if (calls.some((call) => call.name === '')) return null;
      return {
        text: state.text.join('').toWellFormed(),
        toolCalls: calls.map((call, index) =>
          toolCall(index, call.id, { name: call.name, arguments: call.arguments.join('') }),
        ),
        finish: state.finish ?? 'other',
        usage: state.usage,
        model: state.model,
      };
    },
  };
}

interface CallPieces {
  id: string;
  name: string;
  readonly arguments: string[];
}

interface AssemblyState {
  readonly text: string[];
  readonly calls: Map<number, CallPieces>;
  finish: LlmFinish | null;
  usage: LlmUsage | null;
  model: string | null;
  done: boolean;
  broken: boolean;
}

function take(state: AssemblyState, data: string): string {
  if (state.done || state.broken) return '';
  if (data.trim() === '[DONE]') {
    state.done = true;
    return '';
  }
  const parsed = parseWith(WireChunk, jsonOf(data));
  if (parsed.ok) return takeChunk(state, parsed.value);
  state.broken = true;
  return '';
}

function takeChunk(state: AssemblyState, chunk: WireChunk): string {
  state.usage = usageOf(chunk.usage) ?? state.usage;
  state.model ??= chunk.model ?? null;
  const choice = chunk.choices[0];
  return choice ? takeChoice(state, choice) : '';
}

function takeChoice(state: AssemblyState, choice: WireChunk['choices'][number]): string {
  if (choice.finish_reason) state.finish = finishOf(choice.finish_reason);
  for (const [position, piece] of (choice.delta?.tool_calls ?? []).entries()) takeCall(state, piece, position);
  const text = choice.delta?.content ?? '';
  if (text !== '') state.text.push(text);
  return text;
}

function takeCall(state: AssemblyState, piece: WireToolCallDelta, position: number): void {
  const call = callAt(state, piece.index ?? position);
  // Some servers repeat id and name in every piece: they are taken once.
  call.id ||= piece.id ?? '';
  call.name ||= piece.function?.name ?? '';
  if (piece.function?.arguments) call.arguments.push(piece.function.arguments);
}

/** The schema bounds the index, so a stream cannot open more than 128 calls. */
function callAt(state: AssemblyState, index: number): CallPieces {
  const call = state.calls.get(index) ?? { id: '', name: '', arguments: [] };
  state.calls.set(index, call);
  return call;
}
