import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { blockTool, type Harness, startHarness, toolReads } from './support/harness.ts';

const ADMIN = 'admin-token-EXAMPLE';
let harness: Harness;
beforeEach(async () => {
  harness = await startHarness({ adminToken: ADMIN });
  harness.simulator.ingest('acme', [toolReads()]);
});
afterEach(() => harness.simulator.close());

/** Lets server code run until `ready`. */
async function until(ready: () => boolean): Promise<void> {
  for (let turn = 0; turn < 5000 && !ready(); turn += 1) await new Promise((resolve) => setImmediate(resolve));
  expect(ready()).toBe(true);
}
const put = (effect = blockTool()) => harness.call('PUT', `/api/v1/actions/${effect.key}`, { body: effect.body });
const knobs = () => harness.simulator.knobs;

describe('knobs', () => {
  it('latency: the answer waits for the clock, and nothing is done before', async () => {
    knobs().set('actions.execute', { kind: 'latency', ms: 500, jitterMs: 100 });
    const answer = put();
    await until(() => harness.clock.pending > 0);
    expect(harness.simulator.effects()).toEqual([]);
    await harness.clock.advance(600);
    expect((await answer).body.status).toBe('confirmed');
  });

  it('status: the operation answers it and does nothing', async () => {
    knobs().set('actions.execute', { kind: 'status', status: 503, body: { error: 'down' } });
    const answer = await put();
    expect([answer.status, answer.body.error]).toEqual([503, 'down']);
    expect(harness.simulator.effects()).toEqual([]);
    expect((await harness.get('/analytics/summary')).status).toBe(200); // others go on
  });

  it('reset: the connection breaks, with nothing done', async () => {
    knobs().set('actions.execute', { kind: 'reset' });
    await expect(put()).rejects.toThrow();
    expect(harness.simulator.effects()).toEqual([]);
  });

  it('reset after: the connection breaks, and it was done', async () => {
    knobs().set('actions.execute', { kind: 'reset', after: true });
    await expect(put()).rejects.toThrow();
    expect(harness.simulator.effects()).toMatchObject([{ acts: 1, status: 'confirmed' }]);
  });

  it('hang after: the effect happened and no answer ever comes; a probe knows it', async () => {
    knobs().set('actions.execute', { kind: 'hang_after' });
    const effect = blockTool();
    const caller = new AbortController();
    const answer = fetch(`${harness.simulator.url}/api/v1/actions/${effect.key}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json', 'x-tenant-id': 'acme' },
      body: JSON.stringify(effect.body),
      signal: caller.signal,
    });
    await until(() => harness.simulator.effects().length === 1);
    expect((await harness.get(`/api/v1/actions/${effect.key}`)).body.status).toBe('confirmed');
    caller.abort(new Error('timeout of the caller'));
    await expect(answer).rejects.toThrow();
  });

  it('malformed: the body is half of its JSON', async () => {
    knobs().set('pdri.score', { kind: 'malformed' });
    const answer = await harness.get('/scoring/ai%3Anotetaker');
    expect(answer.status).toBe(200);
    expect(answer.text.length).toBeGreaterThan(10);
    expect(answer.body).toBeUndefined();
  });

  it('wrong tenant: a read answers with the data and in the name of another', async () => {
    harness.simulator.ingest('globex', [
      toolReads({ identity_id: 'ai:other', ai_context: { ai_tool_id: 'ai:other' } }),
    ]);
    knobs().set('pdri.nodes_aitools', { kind: 'wrong_tenant', as: 'globex' });
    const answer = await harness.get('/nodes/aitools');
    expect(answer.headers.get('x-tenant-id')).toBe('globex');
    expect(answer.body.map((node: any) => node.id)).toEqual(['ai:other']);
  });

  it('wrong tenant: a write is done for the caller and only answered in the name of another', async () => {
    knobs().set('actions.*', { kind: 'wrong_tenant', as: 'globex' });
    expect((await put()).headers.get('x-tenant-id')).toBe('globex');
    expect(harness.simulator.effects('acme')).toHaveLength(1);
    expect(harness.simulator.effects('globex')).toEqual([]);
  });

  it('throttle: 429 with Retry-After, for as many calls as it says', async () => {
    knobs().set('platform.findings', { kind: 'throttle', retryAfterSeconds: 7, times: 1 });
    const limited = await harness.get('/api/v1/risk-findings');
    expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '7']);
    expect((await harness.get('/api/v1/risk-findings')).status).toBe(200);
  });

  it('hit one tenant alone where they say so', async () => {
    knobs().set('*', { kind: 'status', status: 500, tenant: 'globex' });
    expect((await harness.get('/analytics/summary')).status).toBe(200);
    expect((await harness.get('/analytics/summary', 'globex')).status).toBe(500);
  });

  it('of a probability hit the same calls for the same seed', async () => {
    const run = async () => {
      const one = await startHarness();
      one.simulator.knobs.set('pdri.summary', { kind: 'status', status: 500, probability: 0.5 });
      const statuses: number[] = [];
      for (let at = 0; at < 20; at += 1) statuses.push((await one.get('/analytics/summary')).status);
      await one.simulator.close();
      return statuses;
    };
    const first = await run();
    expect(new Set(first)).toEqual(new Set([200, 500]));
    expect(await run()).toEqual(first);
  });

  it('can be listed and cleared', async () => {
    knobs().set('pdri.*', { kind: 'status', status: 500 });
    expect(knobs().list()).toEqual({ 'pdri.*': [{ kind: 'status', status: 500 }] });
    knobs().clear('pdri.*');
    expect((await harness.get('/analytics/summary')).status).toBe(200);
    knobs().set('*', { kind: 'status', status: 500 });
    knobs().clear();
    expect(knobs().list()).toEqual({});
  });

  it.each([
    ['nobody.nothing', { kind: 'reset' }, /use one of/],
    ['*', { kind: 'status' }, /status must be a number/],
    ['*', { kind: 'explode' }, /kind must be one of/],
    ['*', { kind: 'wrong_tenant' }, /needs/],
    ['*', { kind: 'reset', times: -1 }, /times/],
    ['*', null, /object/],
  ])('refuse what they do not know: %s %j', (operation, fault, why) => {
    expect(() => knobs().set(operation, fault as never)).toThrow(why);
  });
});

describe('admin paths', () => {
  const admin = (method: string, path: string, body?: unknown, token = ADMIN) =>
    harness.call(method, `/simulator/${path}`, { body, headers: { authorization: `Bearer ${token}` }, tenant: null });

  it('set, show and clear faults as the in-process knobs do', async () => {
    expect((await admin('PUT', 'knobs/pdri.score', { kind: 'status', status: 418 })).status).toBe(200);
    expect((await harness.get('/scoring/ai%3Anotetaker')).status).toBe(418);
    expect((await admin('GET', 'knobs')).body.faults['pdri.score']).toHaveLength(1);
    await admin('DELETE', 'knobs/pdri.score');
    expect((await harness.get('/scoring/ai%3Anotetaker')).status).toBe(200);
    await admin('PUT', `knobs/${encodeURIComponent('*')}`, [{ kind: 'status', status: 500 }]);
    await admin('DELETE', 'knobs');
    expect(knobs().list()).toEqual({});
    expect((await admin('PUT', 'knobs/pdri.score', { kind: 'explode' })).body.code).toBe('simulator.fault_invalid');
  });

  it('set how effects are answered and what the model says, and show the effects of every tenant', async () => {
    await admin('PUT', 'effect-answer', { refuse: 'closed' });
    expect((await put()).body.reason).toBe('closed');
    expect((await admin('PUT', 'effect-answer', { first: 'never' })).status).toBe(400);
    await admin('PUT', 'llm', { texts: ['word for word'] });
    const said = await harness.post('/v1/chat/completions', { messages: [{ role: 'user', content: 'hi' }] });
    expect(said.body.choices[0].message.content).toBe('word for word');
    expect((await admin('GET', 'effects')).body.effects).toMatchObject([{ tenant: 'acme', acts: 0, reason: 'closed' }]);
    expect((await admin('GET', 'effects?tenant=globex')).body.effects).toEqual([]);
  });

  it('refuse a wrong token, and everybody where no token was given at the start', async () => {
    expect((await admin('GET', 'knobs', undefined, 'guess')).status).toBe(403);
    const open = await startHarness();
    const answer = await open.call('DELETE', '/simulator/knobs', { headers: { authorization: 'Bearer undefined' } });
    expect(answer.status).toBe(403);
    await open.simulator.close();
  });
});
