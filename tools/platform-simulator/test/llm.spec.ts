import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ENTRY_ID, type Harness, startHarness } from './support/harness.ts';

let harness: Harness;
beforeEach(async () => {
  harness = await startHarness();
});
afterEach(() => harness.simulator.close());

const shown = JSON.stringify({
  finding_id: 'f-1',
  entity: { type: 'ai_tool', id: 'ai:notetaker' },
  evidence: [ENTRY_ID],
});
const ask = (
  more: Record<string, unknown> = {},
  messages: unknown[] = [{ role: 'user', content: `Advise on:\n${shown}` }],
) => harness.post('/v1/chat/completions', { model: 'm', messages, ...more });
const contentOf = (answer: any): string => answer.body.choices[0].message.content;

describe('POST /v1/chat/completions', () => {
  it('advises on what it was shown and cites only that, with usage and model', async () => {
    const answer = await ask();
    expect(answer.body).toMatchObject({ object: 'chat.completion', model: 'm', choices: [{ finish_reason: 'stop' }] });
    expect(answer.body.usage.total_tokens).toBe(answer.body.usage.prompt_tokens + answer.body.usage.completion_tokens);
    const advice = JSON.parse(contentOf(answer));
    expect(advice.claims).toMatchObject([{ citations: [ENTRY_ID] }]);
    expect(advice.actions).toMatchObject([
      { action_type: 'block_access', target: { id: 'ai:notetaker' }, evidence: [ENTRY_ID] },
    ]);
  });

  it('says so when it was shown nothing', async () => {
    const advice = JSON.parse(contentOf(await ask({}, [{ role: 'user', content: [{ type: 'text', text: 'hello' }] }])));
    expect(advice).toMatchObject({ claims: [{ citations: [] }], actions: [] });
  });

  it('in prose mode talks without structure', async () => {
    harness.simulator.knobs.llm({ mode: 'prose' });
    const text = contentOf(await ask());
    expect(() => JSON.parse(text) as unknown).toThrow();
    expect(text).toContain('ai:notetaker');
    expect(contentOf(await ask({}, [{ role: 'user', content: 'hi' }]))).toContain('nothing');
  });

  it('in unread_citation mode cites an entry that was never shown', async () => {
    harness.simulator.knobs.llm({ mode: 'unread_citation' });
    const advice = JSON.parse(contentOf(await ask()));
    expect(advice.claims[0].citations).toHaveLength(1);
    expect(advice.claims[0].citations).not.toContain(ENTRY_ID);
  });

  it('in broken_json mode stops in the middle', async () => {
    harness.simulator.knobs.llm({ mode: 'broken_json' });
    const text = contentOf(await ask());
    expect(text.startsWith('{"summary"')).toBe(true);
    expect(() => JSON.parse(text) as unknown).toThrow();
  });

  it('in tool_call mode asks for the offered tool once, then advises', async () => {
    harness.simulator.knobs.llm({ mode: 'tool_call' });
    const tools = [
      {
        type: 'function',
        function: { name: 'platform_get_finding_details', parameters: { required: ['finding_id', 'entity_id'] } },
      },
    ];
    const first = (await ask({ tools })).body.choices[0];
    expect(first.finish_reason).toBe('tool_calls');
    expect(JSON.parse(first.message.tool_calls[0].function.arguments)).toEqual({
      finding_id: 'f-1',
      entity_id: 'ai:notetaker',
    });
    const messages = [
      { role: 'user', content: shown },
      first.message,
      { role: 'tool', tool_call_id: 'call_0', content: '{}' },
    ];
    expect((await ask({ tools }, messages)).body.choices[0].finish_reason).toBe('stop');
    expect((await ask()).body.choices[0].finish_reason).toBe('stop'); // no tool was offered
  });

  it('gives scripted texts first, word for word', async () => {
    harness.simulator.knobs.llm({ texts: ['one', 'two'] });
    expect([contentOf(await ask()), contentOf(await ask())]).toEqual(['one', 'two']);
    expect(contentOf(await ask())).toContain('summary');
  });

  it('streams the same text in pieces, ended by [DONE]', async () => {
    const whole = contentOf(await ask());
    const answer = await ask({ stream: true });
    expect(answer.headers.get('content-type')).toBe('text/event-stream');
    const lines = answer.text
      .split('\n\n')
      .filter(Boolean)
      .map((line) => line.slice('data: '.length));
    expect(lines.at(-1)).toBe('[DONE]');
    const chunks = lines.slice(0, -1).map((line) => JSON.parse(line).choices[0]);
    expect(chunks.map((chunk) => chunk.delta.content ?? '').join('')).toBe(whole);
    expect(chunks.at(-1).finish_reason).toBe('stop');
  });

  it('malformed, ends a stream in the middle', async () => {
    harness.simulator.knobs.set('llm.chat', { kind: 'malformed' });
    const answer = await ask({ stream: true });
    expect(answer.text.startsWith('data: ')).toBe(true);
    expect(answer.text).not.toContain('[DONE]');
  });

  it('streams tool calls', async () => {
    harness.simulator.knobs.llm({ mode: 'tool_call' });
    const answer = await ask({ stream: true, tools: [{ type: 'function', function: { name: 'look' } }] });
    expect(answer.text).toContain('"tool_calls":[{"index":0,"id":"call_0"');
  });

  it('is as slow as the script says, before the answer and between pieces', async () => {
    harness.simulator.knobs.llm({ delayMs: 1000, chunkDelayMs: 10 });
    let done = false;
    const answer = ask({ stream: true }).then((value) => {
      done = true;
      return value;
    });
    for (let turn = 0; turn < 5000 && harness.clock.pending === 0; turn += 1)
      await new Promise((resolve) => setImmediate(resolve));
    expect([done, harness.clock.pending]).toEqual([false, 1]);
    await harness.clock.advance(60_000);
    expect((await answer).text).toContain('[DONE]');
  });

  it('fails as knobs say, and refuses a request without messages', async () => {
    harness.simulator.knobs.set('llm.chat', { kind: 'status', status: 500, times: 1 });
    expect((await ask()).status).toBe(500);
    expect((await ask({}, [])).status).toBe(400);
    expect((await harness.get('/v1/models')).body.data).toHaveLength(1);
  });
});
