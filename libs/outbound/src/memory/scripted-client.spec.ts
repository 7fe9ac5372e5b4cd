import { describe, expect, it } from '@jest/globals';
import type { OutboundRequest } from '../core/index.ts';
import { describeOutboundClientContract } from '../testing/index.ts';
import { createMemoryRecorder, createScriptedClient, type ScriptedAnswer } from './index.ts';

describeOutboundClientContract('scripted', async (behaviour) => {
  const answers: Record<string, ScriptedAnswer> = { reset: { fails: 'reset' }, garbage: { fails: 'malformed' } };
  const answer: ScriptedAnswer =
    behaviour.do === 'answer' || behaviour.do === 'stream' ? behaviour : (answers[behaviour.do] as ScriptedAnswer);
  const client = createScriptedClient({ service: 'platform', script: [answer] });
  return { client, arrivals: () => client.sent.length, close: () => client.close() };
});

const request: OutboundRequest = { method: 'POST', path: '/x', operation: 'x', kind: 'unsafe' };

describe('scripted client', () => {
  it('answers in turn, the last answer again and again, or by a function', async () => {
    const inTurn = createScriptedClient({
      service: 's',
      script: [
        { status: 200, body: 1 },
        { status: 200, body: 2 },
      ],
    });
    const bodies = [];
    for (let call = 0; call < 3; call++) bodies.push(await inTurn.operate(request));
    expect(bodies).toMatchObject([{ body: 1 }, { body: 2 }, { body: 2 }]);
    const context = { tenant: 'acme', recorder: createMemoryRecorder() };
    const byTenant = createScriptedClient({
      service: 's',
      script: (_request, given) => ({ status: 200, body: given?.tenant }),
    });
    expect(await byTenant.call(request, context)).toMatchObject({ body: 'acme' });
  });

  it('knows what never left: an empty script, a failure before departure', async () => {
    const nothing = createScriptedClient({ service: 's', script: [] });
    const refused = createScriptedClient({ service: 's', script: [{ fails: 'breaker_open', left: false }] });
    expect(await nothing.operate(request)).toMatchObject({ kind: 'unavailable', reason: 'connect' });
    expect(await refused.operate(request)).toMatchObject({ kind: 'unavailable', reason: 'breaker_open' });
    expect([nothing.sent, refused.sent]).toEqual([[], []]);
    expect(refused.state()).toEqual({ breaker: 'closed', inFlight: 0 });
  });

  it('gives a stream read by a plain call as its whole text', async () => {
    const client = createScriptedClient({ service: 's', script: [{ chunks: ['a', 'b'] }] });
    expect(await client.operate(request)).toMatchObject({ kind: 'ok', body: 'ab' });
  });
});
