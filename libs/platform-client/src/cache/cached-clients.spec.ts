import { describe, expect, it } from '@jest/globals';
import { createMemoryCache } from '@dmitry/cache/memory';
import { ManualClock, SeededIds } from '@dmitry/kit/memory';
import { createMemoryRecorder, createScriptedClient, type ScriptedAnswer } from '@dmitry/outbound/memory';
import { createPdriClient, createPlatformClient } from '../http/index.ts';
import { createReferencePlatform, describePlatformContract } from '../testing/index.ts';
import { cachedPdriClient, cachedPlatformClient, entityTag, FINDINGS_TAG } from './index.ts';

const begin = (answer: () => ScriptedAnswer) => {
  const clock = new ManualClock();
  const cache = createMemoryCache({ clock, ids: new SeededIds(clock, 'cached'), jitter: 0 });
  const client = createScriptedClient({ service: 'pdri', script: () => answer() });
  const recorder = createMemoryRecorder();
  const policy = { ttlMs: 1_000, graceMs: 5_000 };
  return {
    clock,
    cache,
    client,
    recorder,
    context: { tenant: 'acme', recorder },
    pdri: cachedPdriClient(createPdriClient(client), cache, policy),
    platform: cachedPlatformClient(createPlatformClient(client), cache, policy),
  };
};

const score = (value: number): ScriptedAnswer => ({
  status: 200,
  body: {
    entity_id: 'e',
    entity_type: 'identity',
    composite_score: value,
    exposure_score: 0,
    sensitivity_score: 0,
    volatility_score: 0,
    confidence: 1,
    risk_level: 'low',
    calculated_at: '',
  },
});

// A cache in front changes nothing of what is owed, apart from when: each test begins with an empty one.
describePlatformContract(
  'reference behind a cache',
  async () => {
    const clock = new ManualClock();
    const reference = createReferencePlatform(clock);
    const cache = createMemoryCache({ clock, ids: new SeededIds(clock, 'contract') });
    return {
      ...reference,
      platform: cachedPlatformClient(reference.platform, cache),
      pdri: cachedPdriClient(reference.pdri, cache),
    };
  },
  () => new ManualClock().now(),
);

describe('cached reads', () => {
  it('give a recent answer with the entry of the call that it came from, without another call', async () => {
    const { pdri, client, context, recorder } = begin(() => score(0.4));
    const first = await pdri.entityRisk(context, 'e');
    expect(await pdri.entityRisk(context, 'e')).toEqual(first);
    expect([client.sent.length, recorder.entries.length]).toEqual([1, 2]);
  });

  it('call an old answer stale when there is no newer one, and give nothing after its grace', async () => {
    let answer = score(0.4);
    const { pdri, clock, context } = begin(() => answer);
    await pdri.entityRisk(context, 'e');
    answer = { fails: 'timeout' };
    await clock.advance(3_000);
    expect(await pdri.entityRisk(context, 'e')).toMatchObject({
      kind: 'stale',
      ageMs: 3_000,
      entry: 'entry-2',
      value: { composite_score: 0.4 },
    });
    await clock.advance(3_000);
    expect(await pdri.entityRisk(context, 'e')).toMatchObject({ kind: 'unavailable', code: 'platform.timeout' });
  });

  it('do not keep what is unavailable', async () => {
    let answer: ScriptedAnswer = { status: 404 };
    const { pdri, context } = begin(() => answer);
    await pdri.entityRisk(context, 'e');
    answer = score(0.4);
    expect(await pdri.entityRisk(context, 'e')).toMatchObject({ kind: 'fresh' });
  });

  it('are forgotten when an event touches the entity, and when findings change', async () => {
    const list = { status: 200, body: { findings: [], total: 0, page: 1, page_size: 20, has_more: false } };
    let answer: ScriptedAnswer = score(0.4);
    const { pdri, platform, cache, client, context } = begin(() => answer);
    await pdri.entityRisk(context, 'e');
    await cache.invalidateTags('acme', [entityTag('e')]);
    await pdri.entityRisk(context, 'e');
    answer = list;
    await pdri.findings(context);
    await platform.findings(context);
    await cache.invalidateTags('acme', [FINDINGS_TAG]);
    await pdri.findings(context);
    await platform.findings(context);
    expect(client.sent).toHaveLength(6);
  });

  it('keep tenants and budgets apart', async () => {
    const { pdri, client, context } = begin(() => ({
      status: 200,
      body: { entity_id: 'e', paths: [], total_paths: 0 },
    }));
    await pdri.exposurePaths(context, 'e', { depth: 2 });
    await pdri.exposurePaths(context, 'e', { depth: 2, timeoutMs: 700 });
    await pdri.exposurePaths(context, 'e', { depth: 3, timeoutMs: 700 });
    await pdri.exposurePaths({ ...context, tenant: 'globex' }, 'e', { depth: 2 });
    expect(client.sent.map(({ path, timeoutMs }) => [/max_depth=(\d)/.exec(path)?.[1], timeoutMs])).toEqual([
      ['2', undefined],
      ['3', 700],
      ['2', undefined],
    ]);
  });

  it('ask again for a caller who only waited for another one that gave up', async () => {
    const answers: ScriptedAnswer[] = [{ fails: 'aborted' }, score(0.4)];
    const { pdri, context } = begin(() => answers.shift() as ScriptedAnswer);
    const both = await Promise.all([pdri.entityRisk(context, 'e'), pdri.entityRisk(context, 'e')]);
    expect(both).toMatchObject([{ kind: 'unavailable', code: 'platform.aborted' }, { kind: 'fresh' }]);
  });

  it('never stand in front of effects and probes', async () => {
    const { platform, client, context } = begin(() => ({ status: 404 }));
    for (let time = 0; time < 2; time++) {
      await platform.probe(context, 'k');
      await platform.effectLog(context);
    }
    expect(client.sent).toHaveLength(4);
    expect(await platform.health()).toMatchObject({ reachable: false });
  });
});
