import type { Fault } from '@dmitry/outbound/testing';

interface WireCall {
  readonly id: string;
  readonly name: string;
  readonly arguments: string;
}

/** What an OpenAI-compatible server answers to a call that is not streamed. */
export const completionReply = (text: string, calls: readonly WireCall[] = []): Fault => ({
  do: 'answer',
  status: 200,
  body: {
    id: 'chatcmpl-1',
    model: 'double-1',
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: calls.length > 0 ? null : text,
          tool_calls: calls.map(({ id, name, arguments: args }) => ({
            id,
            type: 'function',
            function: { name, arguments: args },
          })),
        },
        finish_reason: calls.length > 0 ? 'tool_calls' : 'stop',
      },
    ],
    usage: { prompt_tokens: 11, completion_tokens: 5, total_tokens: 16 },
  },
});

const data = (value: unknown): string => `data: ${JSON.stringify(value)}\n\n`;

/** The same as server-sent events: text and tool-call arguments in pieces, then the reason, the usage and [DONE]. */
export function completionStream(text: string, calls: readonly WireCall[] = []): string[] {
  const delta = (part: unknown, reason: string | null = null) =>
    data({ model: 'double-1', choices: [{ index: 0, delta: part, finish_reason: reason }] });
  const half = Math.ceil(text.length / 2);
  return [
    delta({ role: 'assistant', content: '' }),
    ...[text.slice(0, half), text.slice(half)].filter(Boolean).map((content) => delta({ content })),
    ...calls.flatMap((call, index) => [
      delta({ tool_calls: [{ index, id: call.id, type: 'function', function: { name: call.name, arguments: '' } }] }),
      ...call.arguments.split('').map((piece) => delta({ tool_calls: [{ index, function: { arguments: piece } }] })),
    ]),
    delta({}, calls.length > 0 ? 'tool_calls' : 'stop'),
    data({ choices: [], usage: { prompt_tokens: 11, completion_tokens: 5 } }),
    'data: [DONE]\n\n',
  ];
}
