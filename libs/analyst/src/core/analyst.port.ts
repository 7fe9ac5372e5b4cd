import type { AdviseRequest, ChatRequest } from '@dmitry/contracts';
import type { CallContext } from '@dmitry/outbound';
import type { Advice, HandedEvidence } from './advice.ts';

export interface AdviseInput {
  readonly request: AdviseRequest;
  /** The request's evidence references, as far as they resolve for this tenant. */
  readonly evidence: readonly HandedEvidence[];
  /** References that do not resolve: reported in the advice, never counted. */
  readonly unresolved?: readonly string[];
}

export interface ChatInput {
  readonly request: ChatRequest;
  readonly evidence: readonly HandedEvidence[];
  readonly unresolved?: readonly string[];
}

/**
 * Asks a language model, with the Platform's reads as its tools. Which of the two it does is the caller's choice, never the text's.
 * It proposes and never executes. It answers whatever the model says, within its limits; it rejects only when the ledger cannot record.
 */
export interface Analyst {
  advise(input: AdviseInput, context: CallContext): Promise<Advice>;
  chat(input: ChatInput, context: CallContext): Promise<Advice>;
}
export const Analyst = Symbol('Analyst');

export interface AnalystLimits {
  /** Answers of the model, the last one included. */
  readonly maxSteps: number;
  /** Tool calls over the whole request. */
  readonly maxToolCalls: number;
  /** Tokens over the whole request, prompt and answer; checked before each further step. */
  readonly maxTokens: number;
  /** Tokens of one answer. */
  readonly maxAnswerTokens: number;
  /** From the first call on. An earlier deadline of the caller holds. */
  readonly deadlineMs: number;
}

export const DEFAULT_LIMITS: AnalystLimits = {
  maxSteps: 6,
  maxToolCalls: 12,
  maxTokens: 60_000,
  maxAnswerTokens: 2_000,
  deadlineMs: 60_000,
};
