import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createStreamAssembly } from './index.ts';

const chunk = (delta: unknown, rest: Record<string, unknown> = {}): string =>
  `data: ${JSON.stringify({ model: 'm', choices: [{ index: 0, delta, finish_reason: null }], ...rest })}\n\n`;
const end = (reason = 'stop'): string =>
  `data: ${JSON.stringify({ choices: [{ delta: {}, finish_reason: reason }] })}\n\ndata: [DONE]\n\n`;
const assemble = (text: string) => {
  const assembly = createStreamAssembly();
  const shown = assembly.push(text);
  return { shown, body: assembly.finish() };
};

describe('createStreamAssembly', () => {
  it('shows text as it comes and gives the whole at the end, with the usage that comes last', () => {
    const usage = `data: ${JSON.stringify({ choices: [], usage: { prompt_tokens: 7, completion_tokens: 2 } })}\n\n`;
    const { shown, body } = assemble(
      chunk({ role: 'assistant', content: 'he' }) + chunk({ content: 'llo' }) + usage + end(),
    );
    expect(shown).toBe('hello');
    expect(body).toEqual({
      text: 'hello',
      toolCalls: [],
      finish: 'stop',
      usage: { inputTokens: 7, outputTokens: 2 },
      model: 'm',
    });
  });

  it('reassembles interleaved tool-call pieces by their index, in order', () => {
    const pieces =
      chunk({ tool_calls: [{ index: 1, id: 'b', function: { name: 'two', arguments: '{"x"' } }] }) +
      chunk({ tool_calls: [{ index: 0, id: 'a', function: { name: 'one', arguments: '' } }] }) +
      chunk({
        tool_calls: [
          { index: 1, function: { arguments: ':1}' } },
          { index: 0, function: { arguments: '{}' } },
        ],
      });
    expect(assemble(pieces + end('tool_calls')).body?.toolCalls).toEqual([
      { id: 'a', name: 'one', arguments: '{}' },
      { id: 'b', name: 'two', arguments: '{"x":1}' },
    ]);
  });

  it('takes id and name once when a server repeats them, and gives an id to a call without one', () => {
    const piece = (text: string) => chunk({ tool_calls: [{ index: 0, function: { name: 'one', arguments: text } }] });
    expect(assemble(piece('{') + piece('}') + end()).body?.toolCalls).toEqual([
      { id: 'call_0', name: 'one', arguments: '{}' },
    ]);
  });

  it('refuses a stream that was cut, is not JSON, carries an error, or names no tool', () => {
    expect(assemble(chunk({ content: 'half' })).body).toBeNull();
    expect(assemble('data: {"choices":\n\n').body).toBeNull();
    expect(assemble(`data: {"error":{"message":"overloaded"}}\n\n${end()}`).body).toBeNull();
    expect(assemble(chunk({ tool_calls: [{ index: 0, id: 'a' }] }) + end()).body).toBeNull();
    expect(assemble('').body).toBeNull();
  });

  it('refuses a stream that asks for more tools than any answer may', () => {
    const calls = Array.from({ length: 129 }, (_, index) => ({
      index: index % 128,
      id: `${index}`,
      function: { name: 'x' },
    }));
    expect(assemble(chunk({ tool_calls: calls }) + end()).body?.toolCalls).toHaveLength(128);
    expect(assemble(chunk({ tool_calls: [{ index: 200, function: { name: 'x' } }] }) + end()).body).toBeNull();
  });

  it('adds nothing after [DONE]', () => {
    expect(assemble(chunk({ content: 'a' }) + end() + chunk({ content: 'b' })).body?.text).toBe('a');
  });

  it('gives the same answer wherever the stream is cut, and never throws on anything', () => {
    const stream =
      chunk({ content: 'é😀' }) +
      chunk({ tool_calls: [{ index: 0, id: 'a', function: { name: 'f', arguments: '{"q":1}' } }] }) +
      end();
    fc.assert(
      fc.property(fc.nat(stream.length), fc.nat(stream.length), (a, b) => {
        const assembly = createStreamAssembly();
        const [first, second] = [Math.min(a, b), Math.max(a, b)];
        const shown = [stream.slice(0, first), stream.slice(first, second), stream.slice(second)]
          .map((part) => assembly.push(part))
          .join('');
        expect({ shown, body: assembly.finish() }).toEqual(assemble(stream));
      }),
    );
    fc.assert(
      fc.property(fc.json(), fc.string(), (json, text) => {
        const body = assemble(`data: ${json}\n\ndata: ${text}\n\n`).body;
        expect(body === null || typeof body.text === 'string').toBe(true);
      }),
    );
  });
});
