import { describe, expect, it } from '@jest/globals';
import type { EntityRef } from '@dmitry/contracts';
import type { CallContext } from '@dmitry/outbound';
import type { PdriClient } from '@dmitry/platform-client';
import { createPdriRiskFacts } from './index.ts';

type Answer = Awaited<ReturnType<PdriClient['entityRisk']>>;
const context = { tenant: 'acme' } as CallContext;
const entity = (id: string): EntityRef => ({ type: 'data_store', id });
const score = { exposure_score: 0.8, sensitivity_score: 0.9, volatility_score: 0.1 } as Extract<
  Answer,
  { kind: 'fresh' }
>['value'];

const factsFrom = (answers: Record<string, Answer>) =>
  createPdriRiskFacts({ entityRisk: (_, id) => Promise.resolve(answers[id] as Answer) }, context);

describe('facts from PDRI', () => {
  it('come in the order of the entities, each naming the ledger entry of the read it came from', async () => {
    const answers: Record<string, Answer> = Object.fromEntries(
      ['a', 'b', 'c', 'd', 'e', 'f'].map((id) => [id, { kind: 'fresh', value: score, entry: `entry-${id}` }]),
    );
    const ids = Object.keys(answers);
    const { facts, partial } = await factsFrom(answers).gather(ids.map(entity));
    expect(facts.map((one) => one.entity.id)).toEqual(ids);
    expect(facts.map((one) => one.evidence)).toEqual(ids.map((id) => [`entry-${id}`]));
    expect(facts[0]).toMatchObject({ exposure: 0.8, sensitivity: 0.9, volatility: 0.1, criticality: null });
    expect(partial).toBe(false);
  });

  it('are unknown and not partial for an entity that PDRI has never seen', async () => {
    const { facts, partial } = await factsFrom({
      a: { kind: 'unavailable', code: 'platform.not_found', entry: 'x' },
    }).gather([entity('a')]);
    expect(facts[0]).toMatchObject({ exposure: null, evidence: [] });
    expect(partial).toBe(false);
  });

  it('are partial, and never reject, when PDRI is down or its answer is old', async () => {
    const down = await factsFrom({ a: { kind: 'unavailable', code: 'platform.timeout', entry: 'x' } }).gather([
      entity('a'),
    ]);
    expect(down.partial).toBe(true);
    const stale = await factsFrom({ a: { kind: 'stale', value: score, ageMs: 9_000, entry: '' } }).gather([
      entity('a'),
    ]);
    expect(stale.partial).toBe(true);
    expect(stale.facts[0]).toMatchObject({ exposure: 0.8, evidence: [] });
  });
});
