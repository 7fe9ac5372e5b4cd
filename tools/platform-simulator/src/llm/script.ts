import { strictObject, stringEnum } from '@dmitry/contracts';
import { type Static, Type } from 'typebox';

/**
 * What the scripted language model answers. `advice`: structured, citing only what it was shown. `prose`: plain sentences.
 * `unread_citation`: structured, citing an entry that it never read. `broken_json`: structured, ending in the middle.
 * `tool_call`: asks for a tool once, then gives advice.
 */
export const LLM_MODES = ['advice', 'prose', 'unread_citation', 'broken_json', 'tool_call'] as const;
export type LlmMode = (typeof LLM_MODES)[number];

export const LlmScript = strictObject({
  mode: Type.Optional(stringEnum(LLM_MODES)),
  /** Wait before the answer, ms. */
  delayMs: Type.Optional(Type.Number({ minimum: 0 })),
  /** Wait before each streamed piece, ms. */
  chunkDelayMs: Type.Optional(Type.Number({ minimum: 0 })),
  /** Answers to give first, word for word, one a call. */
  texts: Type.Optional(Type.Array(Type.String())),
});
export type LlmScript = Static<typeof LlmScript>;
