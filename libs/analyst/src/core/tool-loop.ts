import type { LlmAnswer, LlmMessage, LlmProvider, LlmRequest, LlmUnavailableCode, LlmUsage } from '@dmitry/llm';
import type { CallContext } from '@dmitry/outbound';
import { ProposalDocument } from '@dmitry/safety-gate';
import type { AnalystCode } from './advice.ts';
import type { AnalystLimits } from './analyst.port.ts';
import type { Dossier } from './dossier.ts';
import { lastStepPrompt, systemPrompt } from './prompts.ts';
import { ANALYST_TOOLS } from './tool-catalogue.ts';
import { runToolCall, type ToolStepParts } from './tool-step.ts';

export interface LoopParts extends ToolStepParts {
  readonly llm: LlmProvider;
  readonly limits: AnalystLimits;
}

/** What the conversation ended with. */
export interface LoopEnd {
  readonly end:
    | { readonly kind: 'text'; readonly text: string }
    | { readonly kind: 'stopped'; readonly code: AnalystCode; readonly message: string }
    | { readonly kind: 'unavailable'; readonly code: LlmUnavailableCode; readonly message: string };
  readonly modelCalls: readonly string[];
  readonly usage: LlmUsage;
  readonly provider: string;
  readonly model: string;
}

interface LoopState {
  readonly messages: LlmMessage[];
  readonly modelCalls: string[];
  inputTokens: number;
  outputTokens: number;
  model: string;
}

/** The reply's schema as plain JSON, without the library's marks. */
const REPLY_SCHEMA = JSON.parse(JSON.stringify(ProposalDocument)) as Record<string, unknown>;

/** Asks, runs the tools that the model wants, and asks again, until it answers or a limit is reached. */
export async function runToolLoop(
  parts: LoopParts,
  dossier: Dossier,
  prompt: string,
  context: CallContext,
): Promise<LoopEnd> {
  const state: LoopState = {
    messages: [
      { role: 'system', content: systemPrompt() },
      { role: 'user', content: prompt },
    ],
    modelCalls: [],
    inputTokens: 0,
    outputTokens: 0,
    model: '',
  };
  return {
    end: await converse(parts, dossier, state, context),
    modelCalls: state.modelCalls,
    usage: { inputTokens: state.inputTokens, outputTokens: state.outputTokens },
    provider: parts.llm.provider,
    model: state.model,
  };
}

async function converse(
  parts: LoopParts,
  dossier: Dossier,
  state: LoopState,
  context: CallContext,
): Promise<LoopEnd['end']> {
  const { limits } = parts;
  for (let step = 1; step <= limits.maxSteps; step += 1) {
    const spent = spentText(parts, state, context);
    if (spent !== null) return stopped(spent);
    const last = step === limits.maxSteps;
    if (last && step > 1) state.messages.push({ role: 'user', content: lastStepPrompt() });
    const answer = await parts.llm.complete(requestOf(state, limits, last), context);
    if (answer.kind === 'unavailable') return keepEntry(state, answer);
    takeAnswer(state, answer);
    if (answer.toolCalls.length === 0) return { kind: 'text', text: answer.text };
    if (last) break;
    state.messages.push({ role: 'assistant', content: answer.text, toolCalls: answer.toolCalls });
    for (const call of answer.toolCalls) state.messages.push(await runToolCall(parts, dossier, call, context));
  }
  return stopped(`the model gave no answer within ${limits.maxSteps} steps`);
}

/** What is used up, or null while there is room for another step. */
function spentText({ limits, clock }: LoopParts, state: LoopState, context: CallContext): string | null {
  if (state.inputTokens + state.outputTokens >= limits.maxTokens)
    return `the budget of ${limits.maxTokens} tokens is used up`;
  if (clock.now() >= (context.deadlineMs ?? Infinity)) return 'the time for this request is used up';
  return null;
}

const stopped = (message: string): LoopEnd['end'] => ({ kind: 'stopped', code: 'analyst.limit_reached', message });

function requestOf(state: LoopState, limits: AnalystLimits, last: boolean): LlmRequest {
  return {
    messages: [...state.messages],
    tools: ANALYST_TOOLS,
    toolChoice: last ? 'none' : 'auto',
    responseFormat: { type: 'json_schema', name: 'advice', schema: REPLY_SCHEMA },
    temperature: 0,
    maxTokens: limits.maxAnswerTokens,
  };
}

function keepEntry(state: LoopState, answer: Extract<LlmAnswer, { kind: 'unavailable' }>): LoopEnd['end'] {
  if (answer.entry !== '') state.modelCalls.push(answer.entry);
  return { kind: 'unavailable', code: answer.code, message: answer.message };
}

function takeAnswer(state: LoopState, answer: Extract<LlmAnswer, { kind: 'answer' }>): void {
  state.modelCalls.push(answer.entry);
  state.model = answer.model;
  const usage = answer.usage ?? estimate(state.messages, answer);
  state.inputTokens += usage.inputTokens;
  state.outputTokens += usage.outputTokens;
}

/** For a provider that does not count: a token for every three characters is on the safe side. */
function estimate(messages: readonly LlmMessage[], answer: Extract<LlmAnswer, { kind: 'answer' }>): LlmUsage {
  const read = messages.reduce((sum, message) => sum + message.content.length, 0);
  const written = answer.text.length + answer.toolCalls.reduce((sum, call) => sum + call.arguments.length, 0);
  return { inputTokens: Math.ceil(read / 3), outputTokens: Math.ceil(written / 3) };
}
