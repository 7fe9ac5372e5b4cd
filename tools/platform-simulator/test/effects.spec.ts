import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { blockTool, effectOf, ENTRY_ID, type Harness, START_MS, startHarness, toolReads } from './support/harness.ts';

let harness: Harness;
beforeEach(async () => {
  harness = await startHarness({ effectHorizonSeconds: 90 });
  harness.simulator.ingest('acme', [toolReads()]);
});
afterEach(() => harness.simulator.close());

const put = (effect: { key: string; body: unknown }, tenant = 'acme') =>
  harness.call('PUT', `/api/v1/actions/${effect.key}`, { body: effect.body, tenant });
const edgesOf = async (id: string): Promise<unknown[]> =>
  (await harness.get(`/nodes/${encodeURIComponent(id)}/edges`)).body;
const undoKey = 'b'.repeat(52);
const undo = (key: string, undo_key = undoKey) =>
  harness.post(`/api/v1/actions/${key}/undo`, { undo_key, decision_ref: { log: 'test/acme', entry_id: ENTRY_ID } });

describe('PUT /api/v1/actions/{effect_key}', () => {
  it('acts once, changes the graph and the scores, and says its horizon', async () => {
    const before = (await harness.get('/scoring/ai%3Anotetaker')).body.composite_score;
    const answer = await put(blockTool());
    expect(answer.status).toBe(200);
    expect(answer.headers.get('effect-horizon')).toBe('90');
    expect(answer.body).toMatchObject({
      status: 'confirmed',
      result: { edges_removed: 2, executor: 'aegis' },
      completed_at: '2026-05-04T09:00:00.000Z',
    });
    expect(await edgesOf('ai:notetaker')).toEqual([]);
    expect((await harness.get('/scoring/ai%3Anotetaker')).body.composite_score).toBeLessThan(before);
  });

  it('gives the same answer to the same key and digest, and does nothing twice', async () => {
    const effect = blockTool();
    const first = await put(effect);
    harness.simulator.ingest('acme', [toolReads()]); // the edge is there again
    const second = await put(effect);
    expect(second.body).toEqual(first.body);
    expect(await edgesOf('ai:notetaker')).toHaveLength(2);
    expect(harness.simulator.effects('acme')).toMatchObject([{ acts: 1, calls: 2 }]);
  });

  it('is a conflict for the same key with another digest', async () => {
    const effect = blockTool();
    await put(effect);
    const other = effectOf({ action_type: 'quarantine', target: { type: 'ai_tool', id: 'ai:notetaker' } });
    const answer = await put({ key: effect.key, body: other.body });
    expect([answer.status, answer.body.code]).toEqual([409, 'digest_conflict']);
    expect(harness.simulator.effects('acme')).toHaveLength(1);
  });

  it('is refused after not_after, and stays refused', async () => {
    const effect = blockTool();
    await harness.clock.advance(30_001);
    expect((await put(effect)).body).toMatchObject({ status: 'refused', reason: 'expired' });
    expect((await put(effect)).body.status).toBe('refused');
    expect(await edgesOf('ai:notetaker')).toHaveLength(2);
  });

  it('is refused for a target, a type or a digest that is not what it says', async () => {
    const lost = effectOf({ action_type: 'block_access', target: { type: 'identity', id: 'identity:nobody' } });
    expect((await put(lost)).body.reason).toBe('unknown_target');
    const odd = effectOf({ action_type: 'dance', target: { type: 'ai_tool', id: 'ai:notetaker' } });
    expect((await put(odd)).body.reason).toBe('unknown_action_type');
    const { key, body } = blockTool();
    expect((await put({ key, body: { ...body, params: { more: true } } })).body.reason).toBe('digest_mismatch');
  });

  it('is refused as the knob says', async () => {
    harness.simulator.knobs.effectAnswer({ refuse: 'maintenance' });
    expect((await put(blockTool())).body).toMatchObject({ status: 'refused', reason: 'maintenance' });
  });

  it('refuses bodies and keys that are not of the contract', async () => {
    const { key, body } = blockTool();
    expect((await put({ key: 'short', body })).status).toBe(400);
    const answer = await put({ key, body: { ...body, extra: 1 } });
    expect([answer.status, answer.body.code]).toEqual([400, 'invalid_action']);
    expect(JSON.stringify(answer.body.details)).toContain('extra');
  });

  it('notes what only tells somebody, without a target in the graph', async () => {
    const effect = effectOf({ action_type: 'notify_admin', target: { type: 'identity', id: 'identity:on-call' } });
    expect((await put(effect)).body).toMatchObject({
      status: 'confirmed',
      result: { edges_removed: 0, fields_set: [] },
    });
  });
});

describe('pending effects', () => {
  it.each(['accepted', 'in_progress'] as const)(
    'are %s first and confirmed after the polls that the knob says',
    async (first) => {
      harness.simulator.knobs.effectAnswer({ first, polls: 2 });
      const effect = blockTool();
      const answer = await put(effect);
      expect([answer.status, answer.body.status]).toEqual([202, first]);
      expect(harness.simulator.effects()[0]?.acts).toBe(0);
      const probe = () => harness.get(`/api/v1/actions/${effect.key}`);
      expect((await probe()).body.status).toBe('in_progress');
      expect((await probe()).body.status).toBe('in_progress');
      expect((await probe()).body.status).toBe('confirmed');
      expect(harness.simulator.effects()[0]?.acts).toBe(1);
    },
  );
});

describe('GET /api/v1/actions', () => {
  it('answers 404 with the horizon for a key never seen', async () => {
    const answer = await harness.get(`/api/v1/actions/${'a'.repeat(52)}`);
    expect([answer.status, answer.headers.get('effect-horizon')]).toEqual([404, '90']);
  });

  it('lists what was done since a time or a line', async () => {
    await put(blockTool());
    await harness.clock.advance(10_000);
    await put(effectOf({ action_type: 'rate_limit', target: { type: 'ai_tool', id: 'ai:notetaker' } }));
    expect((await harness.get('/api/v1/actions')).body.total).toBe(2);
    expect((await harness.get('/api/v1/actions?since=2026-05-04T09:00:05Z')).body.actions).toMatchObject([
      { action_type: 'rate_limit', acts: 1 },
    ]);
    expect((await harness.get('/api/v1/actions?since=1')).body.actions).toMatchObject([{ seq: 2 }]);
    expect((await harness.get('/api/v1/actions?since=lately')).status).toBe(400);
  });
});

describe('undo', () => {
  it('puts back what the action took, once, as an effect of its own', async () => {
    const effect = blockTool();
    const before = await edgesOf('ai:notetaker');
    await put(effect);
    expect((await undo(effect.key)).body).toMatchObject({
      effect_key: undoKey,
      status: 'confirmed',
      result: { undoes: effect.key },
    });
    expect(await edgesOf('ai:notetaker')).toEqual(before);
    expect((await undo(effect.key)).body.status).toBe('confirmed');
    expect(harness.simulator.effects().map((record) => record.acts)).toEqual([1, 1]);
    expect((await undo(effect.key, 'c'.repeat(52))).body).toMatchObject({
      status: 'refused',
      reason: 'already_undone',
    });
  });

  it('restores fields that were set', async () => {
    const effect = effectOf({ action_type: 'require_mfa', target: { type: 'ai_tool', id: 'ai:notetaker' } });
    await put(effect);
    expect((await harness.get('/nodes/ai%3Anotetaker')).body.has_mfa).toBe(true);
    await undo(effect.key);
    expect((await harness.get('/nodes/ai%3Anotetaker')).body.has_mfa).toBeUndefined();
  });

  it('is not offered where there is no inverse, for what was never seen, for an undo, or under a key that is taken', async () => {
    const revoke = effectOf({ action_type: 'revoke_credentials', target: { type: 'ai_tool', id: 'ai:notetaker' } });
    await put(revoke);
    expect((await undo(revoke.key)).body.code).toBe('not_reversible');
    expect((await undo('d'.repeat(52))).status).toBe(404);
    const effect = effectOf({ action_type: 'rate_limit', target: { type: 'ai_tool', id: 'ai:notetaker' } });
    await put(effect);
    expect((await undo(effect.key, revoke.key)).status).toBe(409);
    await undo(effect.key);
    expect((await undo(undoKey, 'e'.repeat(52))).body.code).toBe('not_reversible');
    expect((await harness.post(`/api/v1/actions/${effect.key}/undo`, {})).status).toBe(400);
  });

  it('is refused for an effect that was refused', async () => {
    harness.simulator.knobs.effectAnswer({ refuse: 'maintenance' });
    const effect = blockTool();
    await put(effect);
    harness.simulator.knobs.effectAnswer({});
    expect((await undo(effect.key)).body.reason).toBe('not_confirmed');
  });
});

describe('containment of AI usage', () => {
  it('is carried out by Aegis under the same key, shows in its policy, and ends with the undo', async () => {
    const effect = blockTool();
    await put(effect);
    expect((await harness.get('/api/v1/containments')).body.containments).toMatchObject([{ effect_key: effect.key }]);
    expect((await harness.get('/api/v1/policies/latest')).body.blocked_ai_providers).toEqual(['Scribbly']);
    await undo(effect.key);
    expect((await harness.get('/api/v1/policies/latest')).body.blocked_ai_providers).toEqual([]);
  });
});

describe('what only watches an AI tool', () => {
  it("is the Platform's own and no containment", async () => {
    const watch = effectOf({ action_type: 'increase_monitoring', target: { type: 'ai_tool', id: 'ai:notetaker' } });
    expect((await put(watch)).body.result.executor).toBe('platform');
    expect((await harness.get('/api/v1/containments')).body.containments).toEqual([]);
  });
});

describe('tenants', () => {
  it('never meet: the same key of another tenant is another effect, and nothing of the one shows to the other', async () => {
    const effect = blockTool();
    await put(effect);
    const other = 'globex';
    expect((await harness.get(`/api/v1/actions/${effect.key}`, other)).status).toBe(404);
    expect((await harness.get('/api/v1/actions', other)).body.total).toBe(0);
    expect((await harness.get('/nodes/ai%3Anotetaker', other)).status).toBe(404);
    expect((await put(effect, other)).body.reason).toBe('digest_mismatch');
    expect((await harness.get('/api/v1/containments', other)).body.containments).toEqual([]);
    expect(harness.simulator.effects('acme')).toHaveLength(1);
  });

  it('must be named, well-formed and agree with the query', async () => {
    expect((await harness.call('GET', '/api/v1/actions', { tenant: null })).status).toBe(400);
    expect((await harness.get('/api/v1/actions', '../x')).status).toBe(400);
    expect((await harness.get('/risk/findings?tenant_id=other')).status).toBe(403);
    expect((await harness.get('/risk/findings?tenant_id=acme')).headers.get('x-tenant-id')).toBe('acme');
  });
});

describe('time', () => {
  it('of effects is the clock that was given', async () => {
    await harness.clock.advance(1234);
    await put(blockTool());
    expect(harness.simulator.effects()[0]?.received_at).toBe(new Date(START_MS + 1234).toISOString());
  });
});
