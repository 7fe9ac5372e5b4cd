import { describe, expect, it } from '@jest/globals';
import { ManualClock } from '@dmitry/kit/memory';
import type { CallContext } from '@dmitry/outbound';
import { createMemoryRecorder, createScriptedClient, type ScriptedAnswer } from '@dmitry/outbound/memory';
import { createAegisClient, createPdriClient, createPlatformClient, createServiceRegistry } from './index.ts';

const context: CallContext = { tenant: 'acme', recorder: createMemoryRecorder() };
const scripted = (...script: ScriptedAnswer[]) => createScriptedClient({ service: 'platform', script });

describe('what is asked', () => {
  it('puts ids and filters into the path so that they can only be what they are', async () => {
    const client = scripted({ status: 404 });
    const platform = createPlatformClient(client);
    await platform.finding(context, 'a/../b?x=1#y');
    await platform.findings(context, { risk_level: 'HIGH', entity_id: 'a&b' });
    await platform.searchEntities(context, 'ä b');
    await platform.effectLog(context, '2026-01-01T00:00:00Z');
    expect(client.sent.map(({ path }) => path)).toEqual([
      '/api/v1/risk-findings/a%2F..%2Fb%3Fx%3D1%23y',
      '/api/v1/risk-findings?risk_level=HIGH&entity_id=a%26b',
      '/api/v1/entities/search?q=%C3%A4+b',
      '/api/v1/actions?since=2026-01-01T00%3A00%3A00Z',
    ]);
  });

  it.each(['', '.', '..', 'x'.repeat(513), '\ud800'])('refuses %j as an id before anything is sent', async (id) => {
    const client = scripted({ status: 200 });
    await expect(createPlatformClient(client).finding(context, id)).rejects.toMatchObject({
      code: 'platform.request_invalid',
    });
    await expect(createPdriClient(client).entityRisk(context, id)).rejects.toMatchObject({
      code: 'platform.request_invalid',
    });
    expect(client.sent).toEqual([]);
  });

  it('refuses a batch that PDRI would not take', async () => {
    const pdri = createPdriClient(scripted({ status: 200 }));
    await expect(pdri.ingestBatch(context, [])).rejects.toMatchObject({ code: 'platform.request_invalid' });
    await expect(
      pdri.ingestBatch(
        context,
        Array.from({ length: 101 }, () => ({})),
      ),
    ).rejects.toMatchObject({ code: 'platform.request_invalid' });
  });

  it('keeps traversals and lists within their limits', async () => {
    const client = scripted({ status: 404 });
    const pdri = createPdriClient(client);
    await pdri.exposurePaths(context, 'e', { depth: 50, limit: 5_000, timeoutMs: 700 });
    await pdri.subgraph(context, 'e', { depth: 0 });
    await pdri.findings(context, { severity: 'high', page_size: 1_000 });
    await createAegisClient(client).threatIntel(context, { since: '2026-01-01T00:00:00Z', limit: 9_999 });
    expect(client.sent.map(({ path }) => path)).toEqual([
      '/analytics/exposure-paths/e?max_depth=10&limit=100',
      '/graph/entities?center_id=e&depth=1',
      '/api/v1/findings?severity=high&page=1&page_size=100',
      '/api/v1/threat-intel?since=2026-01-01T00%3A00%3A00Z&limit=500',
    ]);
    expect(client.sent[0]).toMatchObject({ timeoutMs: 700 });
  });

  it('declares how each call may be repeated', async () => {
    const client = scripted({ status: 500 });
    const platform = createPlatformClient(client);
    const request = {} as Parameters<typeof platform.execute>[2];
    await platform.execute(context, 'k', request, { recorded: true });
    await platform.probe(context, 'k');
    await platform.executeUnkeyed(context, 'a', {});
    await createAegisClient(client).reportIncident(context, {} as never);
    expect(client.sent.map(({ kind, recorded }) => [kind, recorded ?? false])).toEqual([
      ['keyed', true],
      ['read', false],
      ['unsafe', false],
      ['unsafe', false],
    ]);
  });
});

describe('what is made of lists that are cut', () => {
  const short = { status: 200, body: { findings: [], entities: [], actions: [], total: 7 } };

  it('calls them partial', async () => {
    const platform = createPlatformClient(scripted(short));
    for (const result of [
      await platform.findings(context),
      await platform.searchEntities(context, 'x'),
      await platform.effectLog(context),
    ]) {
      expect(result).toMatchObject({ kind: 'partial', reason: 'limit_reached' });
    }
    const page = { status: 200, body: { findings: [], total: 7, page: 1, page_size: 20, has_more: true } };
    expect(await createPdriClient(scripted(page)).findings(context)).toMatchObject({ kind: 'partial' });
    const risk_metrics = { critical_resources: 0, sensitive_resources: 0, avg_sensitivity: 0, max_sensitivity: 0 };
    const radius = {
      identity_id: 'i',
      found: true,
      blast_radius: 3,
      breakdown: { data_stores: 3, services: 0, ai_tools: 0 },
      risk_metrics,
      resource_ids: ['a'],
    };
    expect(await createPdriClient(scripted({ status: 200, body: radius })).blastRadius(context, 'i')).toMatchObject({
      kind: 'partial',
    });
  });
});

describe('health and registry of a neighbour in trouble', () => {
  it.each<[ScriptedAnswer, string]>([
    [{ fails: 'timeout' }, 'timeout'],
    [{ status: 404 }, 'http_404'],
    [{ status: 200, body: [] }, 'schema_mismatch'],
  ])('says why it is not reachable: %j', async (answer, code) => {
    expect(await createPlatformClient(scripted(answer)).health(new AbortController().signal)).toEqual({
      reachable: false,
      code,
    });
  });

  it('tells a registry that forgot us from one that does not answer', async () => {
    const answers = (answer: ScriptedAnswer) =>
      createServiceRegistry(scripted(answer), new ManualClock()).heartbeat('dmitry', 'healthy');
    expect(await answers({ status: 404 })).toBe('not_registered');
    expect(await answers({ status: 410 })).toBe('not_registered');
    expect(await answers({ status: 403 })).toBe('no_answer');
    expect(await answers({ fails: 'connect', left: false })).toBe('no_answer');
  });
});
