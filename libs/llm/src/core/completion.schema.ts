import { type Static, Type } from 'typebox';

/** The members of an OpenAI-compatible reply that are read; anything else is tolerated. Null stands where servers send null. */
const nullable = <S extends Parameters<typeof Type.Union>[0][number]>(schema: S) =>
  Type.Optional(Type.Union([schema, Type.Null()]));

export const WireUsage = Type.Object({
  prompt_tokens: Type.Optional(Type.Number({ minimum: 0 })),
  completion_tokens: Type.Optional(Type.Number({ minimum: 0 })),
});
export type WireUsage = Static<typeof WireUsage>;

const WireToolCall = Type.Object({
  id: nullable(Type.String()),
  function: Type.Object({ name: Type.String({ minLength: 1 }), arguments: nullable(Type.String()) }),
});

/** Reply of POST /chat/completions. */
export const WireCompletion = Type.Object({
  model: nullable(Type.String()),
  choices: Type.Array(
    Type.Object({
      message: Type.Object({ content: nullable(Type.String()), tool_calls: nullable(Type.Array(WireToolCall)) }),
      finish_reason: nullable(Type.String()),
    }),
    { minItems: 1 },
  ),
  usage: nullable(WireUsage),
});
export type WireCompletion = Static<typeof WireCompletion>;

/** A piece of a tool call: `id` and `name` come once, `arguments` in pieces; `index` says which call it belongs to. */
export const WireToolCallDelta = Type.Object({
  index: Type.Optional(Type.Integer({ minimum: 0, maximum: 127 })),
  id: nullable(Type.String()),
  function: nullable(Type.Object({ name: nullable(Type.String()), arguments: nullable(Type.String()) })),
});
export type WireToolCallDelta = Static<typeof WireToolCallDelta>;

/** One `data:` line of a streamed reply. The last ones may have no choice and only the usage. */
export const WireChunk = Type.Object({
  model: nullable(Type.String()),
  choices: Type.Array(
    Type.Object({
      delta: nullable(
        Type.Object({ content: nullable(Type.String()), tool_calls: nullable(Type.Array(WireToolCallDelta)) }),
      ),
      finish_reason: nullable(Type.String()),
    }),
  ),
  usage: nullable(WireUsage),
});
export type WireChunk = Static<typeof WireChunk>;
