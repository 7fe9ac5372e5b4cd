import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { actor, eventOf, target } from '../../../test/support/events.ts';
import {
  compileRules,
  type CorrelationEvent,
  createFold,
  type FindingDraft,
  type FoldState,
  groupIncidents,
  stateDigest,
} from '../index.ts';

const RULES = `
title: Any A
name: a
level: high
detection: { s: { kind: a }, condition: s }
dmitry: { window: 60s }
---
title: Three of B or one bad
name: b
detection: { s: { kind: b }, bad: { size: 9 }, condition: s }
level: low
dmitry: { entity: target, window: 60s, raise: { level: high, count: 3 }, levels: [{ when: bad, level: critical }] }
---
title: C
name: c
level: medium
detection: { s: { kind: c }, condition: s }
---
title: Many
correlation: { type: event_count, rules: [a, c], group-by: [who], timespan: 30s, condition: { gte: 3 }, generate: true }
dmitry: { window: 50s }
---
title: Different sizes
correlation: { type: value_count, rules: [a, b, c], group-by: [who], timespan: 40s, condition: { gt: 2, field: size }, generate: true }
---
title: Sum
correlation: { type: value_sum, rules: [c], timespan: 40s, condition: { gte: 12, field: size } }
---
title: Together
correlation: { type: temporal, rules: [a, b, c], group-by: [who], timespan: 45s, generate: true }
---
title: In order
correlation: { type: temporal_ordered, rules: [a, b, c], group-by: [who], timespan: 45s, generate: true }
---
title: Exactly two
correlation: { type: event_count, rules: [b], group-by: [who], timespan: 45s, condition: { eq: 2 }, generate: true }
---
title: Few
correlation: { type: event_count, rules: [b], group-by: [who], timespan: 45s, condition: { lte: 1 }, generate: true }
`;
const fold = createFold(compileRules([RULES]), { tenant: 't', risk: { threshold: 60 } });

const events = fc
  .array(
    fc.record({
      kind: fc.constantFrom('a', 'b', 'c', 'd'),
      who: fc.constantFrom('x', 'y'),
      size: fc.integer({ min: 0, max: 9 }),
      second: fc.integer({ min: 0, max: 300 }),
    }),
    { maxLength: 40 },
  )
  .map((list) =>
    list.map(({ second, ...record }, n): CorrelationEvent =>
      eventOf(`e${n}`, second * 1_000, record, [actor(record.who), target(`store-${record.size % 3}`)]),
    ),
  );

/** The findings that stand after events came in batches, as their last telling. */
function standing(
  list: readonly CorrelationEvent[],
  batch: number,
  between: (state: FoldState) => FoldState = (state) => state,
) {
  let state = fold.empty();
  const told = new Map<string, FindingDraft>();
  for (let at = 0; at < list.length; at += batch) {
    const outcome = fold.observe(state, list.slice(at, at + batch));
    for (const id of outcome.retracted) told.delete(id);
    for (const finding of outcome.findings) told.set(finding.id, finding);
    state = between(state);
  }
  const findings = [...told.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  return { findings, digest: stateDigest(state), incidents: groupIncidents(findings, { tenant: 't' }) };
}
const shuffled = events.chain((list) =>
  fc.tuple(
    fc.constant(list),
    fc.shuffledSubarray([...list], { minLength: list.length, maxLength: list.length }),
    fc.integer({ min: 1, max: 7 }),
  ),
);

describe('the fold', () => {
  it('gives the same findings, incidents and state, byte for byte, whatever the order of arrival and the batches', () => {
    fc.assert(
      fc.property(shuffled, ([list, other, batch]) => {
        expect(JSON.stringify(standing(other, batch))).toBe(JSON.stringify(standing(list, 1_000)));
      }),
      { numRuns: 300 },
    );
  });

  it('counts a redelivered event once', () => {
    fc.assert(
      fc.property(shuffled, ([list, other, batch]) => {
        expect(standing([...list, ...other], batch)).toEqual(standing(list, 1_000));
      }),
    );
  });

  it('goes on from a snapshot as if never interrupted', () => {
    fc.assert(
      fc.property(events, fc.integer({ min: 1, max: 5 }), (list, batch) => {
        const resumed = standing(list, batch, (state) => fold.restore(JSON.parse(JSON.stringify(state))));
        expect(resumed).toEqual(standing(list, batch));
      }),
    );
  });

  it('needs no other cells than it names: with only those loaded, detection says the same', () => {
    fc.assert(
      fc.property(events, fc.integer({ min: 1, max: 5 }), (list, batch) => {
        const whole = fold.empty();
        const store = new Map<string, FoldState['cells'][string]>();
        for (let at = 0; at < list.length; at += batch) {
          const part = list.slice(at, at + batch);
          const loaded = fold.empty();
          for (const key of fold.keysOf(part))
            if (store.has(key)) loaded.cells[key] = store.get(key) as FoldState['cells'][string];
          const outcome = fold.detect(loaded, part);
          for (const key of outcome.changed) store.set(key, loaded.cells[key] as FoldState['cells'][string]);
          expect(outcome).toEqual(fold.detect(whole, part));
        }
      }),
    );
  });

  it('tells of a finding that stands again only when it says something else', () => {
    fc.assert(
      fc.property(events, (list) => {
        const state = fold.empty();
        const standing = new Map<string, string>();
        for (const event of list) {
          const outcome = fold.observe(state, [event]);
          for (const id of outcome.retracted) standing.delete(id);
          for (const finding of outcome.findings) {
            expect(standing.get(finding.id)).not.toBe(finding.digest);
            standing.set(finding.id, finding.digest);
          }
        }
        expect(fold.observe(state, list)).toMatchObject({ findings: [], retracted: [] });
      }),
    );
  });

  it('knows the same of an entity that a finding joined and left again as of one that it never joined', () => {
    const three = ['e0', 'e1', 'e2'].map((id) =>
      eventOf(id, 0, { kind: 'b', who: 'y', size: 0 }, [actor('y'), target('s')]),
    );
    expect(standing(three, 1).digest).toBe(standing(three, 3).digest); // "Exactly two" stands in between
  });

  it('keeps at most the allowed items, gives up the stalest cells and counts them', () => {
    const small = createFold(compileRules([RULES]), { tenant: 't', maxItems: 20 });
    const state = small.empty();
    for (let n = 0; n < 200; n++)
      small.observe(state, [eventOf(`e${n}`, n * 1_000, { kind: 'a', who: `w${n}`, size: 1 }, [actor(`w${n}`)])]);
    expect(state.items).toBeLessThanOrEqual(20);
    expect(state.evicted.items + state.items).toBe(
      Object.values(state.cells).reduce((sum, cell) => sum + cell.items.length, state.evicted.items),
    );
    expect(state.evicted.cells).toBeGreaterThan(100);
  });
});
