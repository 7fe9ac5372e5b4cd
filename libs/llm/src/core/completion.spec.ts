import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type LlmRequest, readCompletion, wireRequest } from './index.ts';

describe('wireRequest', () => {
  it('writes messages, tools and a strict schema in the chat-completions form', () => {
    const request: LlmRequest = {
      messages: [
        { role: 'system', content: 's' },
        { role: 'assistant', content: '', toolCalls: [{ id: 'a', name: 'look', arguments: '{}' }] },
        { role: 'tool', toolCallId: 'a', content: 'r' },
        { role: 'assistant', content: 'x' },
      ],
      tools: [{ name: 'look', description: 'Looks.', parameters: { type: 'object' } }],
      responseFormat: { type: 'json_schema', name: 'reply', schema: { type: 'object' } },
      temperature: 0.2,
      maxTokens: 100,
    };
    expect(wireRequest(request, { model: 'm', stream: true })).toEqual({
      model: 'm',
      messages: [
        { role: 'system', content: 's' },
        {
          role: 'assistant',
          content: '',
          tool_calls: [{ id: 'a', type: 'function', function: { name: 'look', arguments: '{}' } }],
        },
        { role: 'tool', tool_call_id: 'a', content: 'r' },
        { role: 'assistant', content: 'x' },
      ],
      tools: [{ type: 'function', function: { name: 'look', description: 'Looks.', parameters: { type: 'object' } } }],
      tool_choice: 'auto',
      response_format: {
        type: 'json_schema',
        json_schema: { name: 'reply', strict: true, schema: { type: 'object' } },
      },
      temperature: 0.2,
      max_tokens: 100,
      stream: true,
      stream_options: { include_usage: true },
    });
  });

  it('leaves lengths of strings out of the schema, which strict mode refuses, but keeps members of that name', () => {
    const schema = {
      type: 'object',
      properties: { maxLength: { type: 'string', maxLength: 3 } },
      required: ['maxLength'],
      maxItems: 2,
    };
    const body = wireRequest(
      { messages: [], responseFormat: { type: 'json_schema', name: 'r', schema } },
      { model: 'm' },
    );
    expect(body['response_format']).toMatchObject({
      json_schema: {
        schema: { type: 'object', properties: { maxLength: { type: 'string' } }, required: ['maxLength'], maxItems: 2 },
      },
    });
    expect(JSON.stringify(body)).not.toContain('"maxLength":3');
  });

  it('asks for an object of free members empty, which is all that strict mode can promise', () => {
    const schema = { type: 'object', properties: { params: { type: 'object', patternProperties: { '^.*$': {} } } } };
    const body = wireRequest(
      { messages: [], responseFormat: { type: 'json_schema', name: 'r', schema } },
      { model: 'm' },
    );
    expect(body['response_format']).toMatchObject({
      json_schema: {
        schema: {
          properties: { params: { type: 'object', properties: {}, required: [], additionalProperties: false } },
        },
      },
    });
  });

  it('sends the model that the request names, and nothing that it does not', () => {
    expect(wireRequest({ model: 'other', messages: [], tools: [] }, { model: 'm' })).toEqual({
      model: 'other',
      messages: [],
    });
  });
});

describe('readCompletion', () => {
  const reply = (message: unknown, rest: Record<string, unknown> = {}) => ({
    choices: [{ message, finish_reason: 'stop' }],
    ...rest,
  });

  it('reads text, tool calls, usage and model', () => {
    const message = { content: null, tool_calls: [{ id: null, function: { name: 'f', arguments: '{}' } }] };
    expect(readCompletion(reply(message, { model: 'm', usage: { prompt_tokens: 3, completion_tokens: 4 } }))).toEqual({
      text: '',
      toolCalls: [{ id: 'call_0', name: 'f', arguments: '{}' }],
      finish: 'stop',
      usage: { inputTokens: 3, outputTokens: 4 },
      model: 'm',
    });
  });

  it('says that usage is not known rather than zero, and names an unknown reason other', () => {
    expect(
      readCompletion({ choices: [{ message: { content: 'x' }, finish_reason: 'weird' }], usage: null }),
    ).toMatchObject({ usage: null, finish: 'other' });
  });

  it('makes text and arguments well-formed, since the ledger cannot write a lone surrogate', () => {
    const read = readCompletion(
      reply({ content: 'a\ud800', tool_calls: [{ function: { name: 'f', arguments: '\udfff' } }] }),
    );
    expect(read?.text).toBe('a\ufffd');
    expect(read?.toolCalls[0]?.arguments).toBe('\ufffd');
  });

  it('refuses what is no completion, and a runaway list of tool calls', () => {
    expect(readCompletion({ choices: [] })).toBeNull();
    expect(readCompletion('prose')).toBeNull();
    expect(
      readCompletion(reply({ tool_calls: Array.from({ length: 129 }, () => ({ function: { name: 'f' } })) })),
    ).toBeNull();
  });

  it('never throws, whatever JSON comes', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (body) => {
        expect(readCompletion(body)).toBeNull();
      }),
    );
  });
});
