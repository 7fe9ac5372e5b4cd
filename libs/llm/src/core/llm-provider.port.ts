import type { CallContext } from '@dmitry/outbound';

/** A JSON Schema object. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** A tool the model asked for. `arguments` is the model's text: JSON if the model kept to the schema, anything if it did not. */
export interface ToolCall {
  readonly id: string;
  readonly name: string;
  readonly arguments: string;
}

export type LlmMessage =
  | { readonly role: 'system' | 'user'; readonly content: string }
  | { readonly role: 'assistant'; readonly content: string; readonly toolCalls?: readonly ToolCall[] }
  | { readonly role: 'tool'; readonly toolCallId: string; readonly content: string };

export interface LlmTool {
  readonly name: string;
  readonly description: string;
  readonly parameters: JsonSchema;
}

/** What the answer's text must look like. The provider asks for it; whoever uses the text still has to check it. */
export type ResponseFormat =
  { readonly type: 'text' } | { readonly type: 'json_schema'; readonly name: string; readonly schema: JsonSchema };

export interface LlmRequest {
  /** @default the provider's model */
  readonly model?: string;
  readonly messages: readonly LlmMessage[];
  readonly tools?: readonly LlmTool[];
  /** `none` forbids tool calls, `required` demands one. @default 'auto' */
  readonly toolChoice?: 'auto' | 'none' | 'required';
  readonly responseFormat?: ResponseFormat;
  readonly temperature?: number;
  /** Limit on the tokens of this answer. */
  readonly maxTokens?: number;
}

export interface LlmUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
}

export type LlmFinish = 'stop' | 'length' | 'tool_calls' | 'content_filter' | 'other';

export type LlmUnavailableCode =
  /** No connection, a server error, an open breaker, a full bulkhead. */
  | 'llm.unavailable'
  /** No complete answer before the time-out or the deadline. */
  | 'llm.timeout'
  /** The caller gave up. */
  | 'llm.aborted'
  /** A reply came that is not a chat completion. */
  | 'llm.malformed_reply'
  /** The provider said no (4xx): key, model or request. */
  | 'llm.refused'
  /** The provider's own limit (429). */
  | 'llm.rate_limited';

/** `entry` is the ledger entry of the outcome, '' when the call never reached the recorder. */
export type LlmAnswer =
  | {
      readonly kind: 'answer';
      readonly text: string;
      readonly toolCalls: readonly ToolCall[];
      readonly finish: LlmFinish;
      /** As the provider counted, or null when it did not say. */
      readonly usage: LlmUsage | null;
      readonly model: string;
      /** Who answered: `offline` is the rule-based provider, never a language model. */
      readonly provider: string;
      readonly entry: string;
      readonly latencyMs: number;
    }
  | {
      readonly kind: 'unavailable';
      readonly code: LlmUnavailableCode;
      readonly message: string;
      readonly provider: string;
      readonly entry: string;
    };

/** A piece of text to show, or, last and exactly once, the whole answer. Only the answer may be cited or acted on. */
export type LlmStreamPart = { readonly kind: 'text'; readonly text: string } | LlmAnswer;

/**
 * One language model.
 * - Every call is recorded for its tenant: the intent is durable before anything leaves, the outcome before the answer is handed over.
 * - Time-outs, refusals and unusable replies are `unavailable` values. A call rejects only when the ledger cannot record
 *   (or with `storage.transaction_open` inside a transaction): then nothing may be used.
 * - Text and tool arguments are what the model wrote, made well-formed UTF-16; they are untrusted and not validated here.
 * - Not promised: the same answer twice (except by the offline provider), or that the text keeps to `responseFormat`.
 */
export interface LlmProvider {
  readonly provider: string;
  complete(request: LlmRequest, context: CallContext): Promise<LlmAnswer>;
  /** The same call, streamed. Parts come in order; leaving the loop early cancels the call. */
  stream(request: LlmRequest, context: CallContext): AsyncIterable<LlmStreamPart>;
}
export const LlmProvider = Symbol('LlmProvider');
