import { describe, expect, it } from '@jest/globals';
import { actor, eventOf, target } from '../../../test/support/events.ts';
import {
  compileRules,
  type CorrelationEvent,
  createFold,
  type Fold,
  type FoldState,
  RISK_RULE_ID,
  stateDigest,
} from '../index.ts';

const BASE = ['a', 'b', 'c'].map(
  (kind) => `title: Kind ${kind}\nname: ${kind}\ndetection: { s: { kind: ${kind} }, condition: s }`,
);
const foldOf = (correlation: string, extra: Record<string, unknown> = {}) =>
  createFold(compileRules([...BASE, `title: Joint\nid: joint\ncorrelation:\n${correlation}`]), {
    tenant: 't',
    ...extra,
  });
/** `a@10:x` is an event of kind a at second 10 of x. */
function events(text: string): readonly CorrelationEvent[] {
  return text.split(' ').map((word, n) => {
    const [, kind = '', second = '', who = 'x', size] = /^(\w)@([\d.]+):?(\w*)(?:=(\d+))?$/.exec(word) ?? [];
    return eventOf(
      `e${n}`,
      Number(second) * 1_000,
      { kind, who: who || 'x', ...(size ? { size: Number(size) } : {}) },
      [actor(who || 'x')],
    );
  });
}
/** The finished findings of `joint`, each as the ids of its events. */
function found(fold: Fold, text: string): string[] {
  const { findings } = fold.observe(fold.empty(), events(text));
  return findings
    .filter((finding) => finding.rule.id === 'joint')
    .sort((a, b) => a.firstMs - b.firstMs || ((a.events[0]?.id ?? '') < (b.events[0]?.id ?? '') ? -1 : 1))
    .map((finding) => finding.events.map((event) => event.id).join(','));
}

describe('correlation rules', () => {
  it.each([
    ['A, B, C in order', 'a@1 b@2 c@3', ['e0,e1,e2']],
    ['A, C, B is not A, B, C', 'a@1 c@2 b@3', []],
    ['an A after C does not help', 'b@1 c@2 a@3', []],
    ['too far apart', 'a@1 b@2 c@60', []],
    ['of two groups', 'a@1:x b@2:y c@3:x', []],
    ['each group for itself', 'a@1:x a@1:y b@2:x b@2:y c@3:x c@3:y', ['e0,e2,e4', 'e1,e3,e5']],
    ['at one and the same time', 'c@1 b@1 a@1', ['e0,e1,e2']],
    ['with others between', 'a@1 a@2 b@3 a@4 c@5', ['e0,e1,e2,e3,e4']],
  ])('temporal_ordered: %s', (_, text, expected) => {
    expect(
      found(foldOf('  type: temporal_ordered\n  rules: [a, b, c]\n  group-by: [who]\n  timespan: 30s'), text),
    ).toEqual(expected);
  });

  it.each([
    ['any order', 'c@1 a@2 b@3', ['e0,e1,e2']],
    ['one missing', 'c@1 a@2 c@3', []],
    ['of two groups', 'c@1:x a@2:y b@3:x', []],
    ['exactly the time span apart', 'a@1 b@2 c@31', ['e0,e1,e2']],
    ['more than the time span apart', 'a@1 b@2 c@31.001', []],
  ])('temporal: %s', (_, text, expected) => {
    expect(found(foldOf('  type: temporal\n  rules: [a, b, c]\n  group-by: [who]\n  timespan: 30s'), text)).toEqual(
      expected,
    );
  });

  it.each([
    ['gte: 3', 'a@1 a@2 a@3', ['e0,e1,e2']],
    ['gte: 3', 'a@1 a@2 a@40', []],
    ['gte: 3', 'a@1 a@2 a@3 a@20 a@29', ['e0,e1,e2,e3,e4']], // one finding for a burst that goes on
    ['gt: 3', 'a@1 a@2 a@3', []],
    ['gte: 2', 'a@1:x a@2:y a@3:x', ['e0,e2']],
    ['eq: 2', 'a@1 a@2', ['e0,e1']],
    ['eq: 2', 'a@1 a@2 a@3', []],
    ['lt: 2', 'a@1 a@40 a@41', ['e0']],
    ['neq: 2', 'a@1 a@2', []],
    ['{gte: 2, lte: 2}', 'a@1 a@2 a@3', []],
  ])('event_count %s of "%s" finds %j', (condition, text, expected) => {
    const written = condition.startsWith('{') ? condition : `{ ${condition} }`;
    expect(
      found(
        foldOf(`  type: event_count\n  rules: [a]\n  group-by: [who]\n  timespan: 30s\n  condition: ${written}`),
        text,
      ),
    ).toEqual(expected);
  });

  it('value_count counts different values, not events; value_sum adds them up', () => {
    const count = foldOf('  type: value_count\n  rules: [a]\n  timespan: 30s\n  condition: { gte: 2, field: size }');
    expect(found(count, 'a@1:x=5 a@2:x=5 a@3:x')).toEqual([]);
    expect(found(count, 'a@1:x=5 a@2:x=6')).toEqual(['e0,e1']);
    const pairs = foldOf(
      '  type: value_count\n  rules: [a]\n  timespan: 30s\n  condition: { gte: 2, field: [size, who] }',
    );
    expect(found(pairs, 'a@1:x=5 a@2:y=5 a@3:z')).toEqual(['e0,e1']);
    const sum = foldOf(
      '  type: value_sum\n  rules: [a]\n  timespan: 30s\n  condition: { gt: 10, field: [missing, size] }',
    );
    expect(found(sum, 'a@1:x=5 a@2:x=5 a@3:x')).toEqual([]);
    expect(found(sum, 'a@1:x=5 a@2:x=6')).toEqual(['e0,e1']);
  });

  it('joins rules whose fields have different names by aliases', () => {
    const fold = foldOf(
      '  type: temporal\n  rules: [a, b]\n  group-by: [subject]\n  timespan: 30s\n  aliases: { subject: { a: who, b: whom } }',
    );
    const pair = (whom: string) => [
      eventOf('1', 1_000, { kind: 'a', who: 'x' }),
      eventOf('2', 2_000, { kind: 'b', whom, who: 'x' }),
    ];
    expect(fold.observe(fold.empty(), pair('x')).findings).toHaveLength(1);
    expect(fold.observe(fold.empty(), pair('y')).findings).toHaveLength(0);
  });

  it('an event without the group field joins no group', () => {
    const fold = foldOf(
      '  type: event_count\n  rules: [a]\n  group-by: [nope]\n  timespan: 30s\n  condition: { gte: 1 }',
    );
    expect(fold.observe(fold.empty(), events('a@1')).findings).toEqual([]);
  });

  it.each([
    ['an unknown type', 'type: nope\n  rules: [a]', /correlation.type/],
    ['an unknown rule', 'type: temporal\n  rules: [z]\n  timespan: 1m', /"z"/],
    ['no rule', 'type: temporal\n  timespan: 1m', /names no rule/],
    ['no time span', 'type: temporal\n  rules: [a]', /time span/],
    ['no condition', 'type: event_count\n  rules: [a]\n  timespan: 1m', /needs one of/],
    ['no number', 'type: event_count\n  rules: [a]\n  timespan: 1m\n  condition: {gte: x}', /number/],
    ['no field', 'type: value_count\n  rules: [a]\n  timespan: 1m\n  condition: {gte: 1}', /field/],
  ])('refuses %s', (_, text, message) => {
    expect(() => foldOf(`  ${text}`)).toThrow(message);
  });

  it('silences the rules it refers to unless it says generate', () => {
    const text = '  type: event_count\n  rules: [a]\n  timespan: 30s\n  condition: { gte: 2 }';
    const rules = (fold: Fold) =>
      fold
        .observe(fold.empty(), events('a@1 a@2 b@3'))
        .findings.map((finding) => finding.rule.id)
        .sort();
    expect(rules(foldOf(text))).toEqual(['b', 'joint']);
    expect(rules(foldOf(`${text}\n  generate: true`))).toEqual(['a', 'b', 'joint']);
  });
});

describe('findings', () => {
  const one = () =>
    createFold(
      compileRules([
        'title: A\nid: a\nauthor: me\nlevel: high\ndetection: { s: { kind: a }, condition: s }\ndmitry: { window: 60s }',
      ]),
      { tenant: 't' },
    );

  it('join events of one entity within the window of the first, and grow in revision', () => {
    const fold = one();
    const state = fold.empty();
    const [first] = fold.observe(state, events('a@10')).findings;
    const [second] = fold.observe(state, [eventOf('f', 69_000, { kind: 'a' }, [actor('x')])]).findings;
    const [third] = fold.observe(state, [eventOf('g', 71_000, { kind: 'a' }, [actor('x')])]).findings;
    expect(second).toMatchObject({ id: first?.id, revision: 2, count: 2, firstMs: 10_000, lastMs: 69_000 });
    expect(third?.id).not.toBe(first?.id);
    expect(first).toMatchObject({
      rule: { id: 'a', author: 'me' },
      level: 'high',
      primary: { type: 'identity', id: 'x' },
      kind: 'detection',
      group: { entity: 'identity:x' },
    });
  });

  it('merge whatever quarter of an hour they fall into: the window starts at the first event', () => {
    const fold = one();
    const quarter = 900_000;
    const pair = [
      eventOf('1', quarter - 1_000, { kind: 'a' }, [actor('x')]),
      eventOf('2', quarter + 1_000, { kind: 'a' }, [actor('x')]),
    ];
    expect(fold.observe(fold.empty(), pair).findings).toHaveLength(1);
  });

  it('are retracted and told anew when an earlier event moves their window', () => {
    const fold = one();
    const state = fold.empty();
    const [late] = fold.observe(state, events('a@50')).findings;
    const outcome = fold.observe(state, [eventOf('early', 10_000, { kind: 'a' }, [actor('x')])]);
    expect(outcome.retracted).toEqual([late?.id]);
    expect(outcome.findings).toMatchObject([{ count: 2, firstMs: 10_000 }]);
  });

  it('differ between tenants', () => {
    const ids = ['t', 'u'].map((tenant) => {
      const fold = createFold(one().ruleset, { tenant });
      return fold.observe(fold.empty(), events('a@1')).findings[0]?.id;
    });
    expect(ids[0]).not.toBe(ids[1]);
  });

  it('name the party that the rule asks for, then any; a reporter only when there is nobody else', () => {
    const fold = createFold(
      compileRules(['title: A\ndetection: { s: { kind: a }, condition: s }\ndmitry: { entity: target }']),
      { tenant: 't' },
    );
    const about = (entities: Parameters<typeof eventOf>[3]) =>
      fold.observe(fold.empty(), [eventOf('e', 1, { kind: 'a' }, entities)]).findings[0];
    expect(about([actor('x'), target('d')])?.primary).toEqual({ type: 'data_store', id: 'd' });
    expect(about([actor('x'), { type: 'service', id: 'sensor', role: 'reporter' }])?.entities).toEqual([
      { type: 'identity', id: 'x' },
    ]);
    expect(about([{ type: 'service', id: 'sensor', role: 'reporter' }])?.entities).toEqual([
      { type: 'service', id: 'sensor' },
    ]);
    expect(about([])).toMatchObject({ primary: null, entities: [] });
  });
});

describe('the risk of an entity', () => {
  const rules = ['a', 'b', 'c'].map(
    (kind) =>
      `title: Kind ${kind}\nid: ${kind}\nlevel: high\ntags: [attack.t100${kind.charCodeAt(0) - 96}]\ndetection: { s: { kind: ${kind} }, condition: s }\ndmitry: { window: 1s }`,
  );
  const fold = createFold(compileRules(rules), { tenant: 't' });
  const risky = (text: string) =>
    fold.observe(fold.empty(), events(text)).findings.filter((finding) => finding.rule.id === RISK_RULE_ID);

  it('becomes a finding when findings of several rules add up, with all their events and techniques', () => {
    expect(risky('a@10 b@20 c@30')).toMatchObject([
      { kind: 'risk', level: 'high', count: 3, techniques: ['T1001', 'T1002', 'T1003'], primary: { id: 'x' } },
    ]);
  });

  it('is never crossed by one rule alone, however often it fires', () => {
    expect(risky(Array.from({ length: 30 }, (_, n) => `a@${n * 10}`).join(' '))).toEqual([]);
  });

  it('counts one rule at most twice its highest: a second rule is needed to carry it over', () => {
    expect(risky('a@10 a@20 a@30 a@40')).toEqual([]);
    expect(risky('a@10 a@20 a@30 b@40')).toHaveLength(1);
  });

  it('decays with event time and belongs to one entity', () => {
    expect(risky('a@10 b@20 c@80000')).toEqual([]);
    expect(risky('a@10:x b@20:y c@30:z')).toEqual([]);
  });

  it('goes down again when a finding is retracted', () => {
    const few = createFold(
      compileRules([
        ...rules,
        'title: D\nname: d\nlevel: high\ndetection: { s: { kind: d }, condition: s }',
        'title: One\ncorrelation: { type: event_count, rules: [d], group-by: [who], timespan: 30s, condition: { eq: 1 } }\nlevel: high',
      ]),
      { tenant: 't' },
    );
    const state = few.empty();
    const before = few.observe(state, events('a@10 b@20 d@30'));
    expect(before.findings.some((finding) => finding.rule.id === RISK_RULE_ID)).toBe(true);
    const after = few.observe(state, [eventOf('again', 31_000, { kind: 'd', who: 'x' }, [actor('x')])]);
    expect(after.retracted).toHaveLength(2); // the correlation and the risk that it carried over
  });
});

describe('state', () => {
  const fold = foldOf('  type: event_count\n  rules: [a]\n  timespan: 30s\n  condition: { gte: 2 }');

  it('is refused when it is not one of this version', () => {
    for (const bad of [null, {}, { v: 2 }, { v: 1, cells: {} }, 'x'])
      expect(() => fold.restore(bad)).toThrow(/state of version 1/);
  });

  it('takes the same of two contents under one id, whichever came first', () => {
    const pair = [1, 2].map((n) => eventOf('same', 1, { kind: 'a', n }, [actor('x')]));
    const seen = [pair, pair.toReversed()].map((contents) => {
      const state = fold.empty();
      fold.observe(state, [...contents, eventOf('next', 2, { kind: 'a' }, [actor('x')])]);
      return [stateDigest(state), state.items];
    });
    expect(seen[0]).toEqual(seen[1]);
  });

  it('is wanted for the longest window, span or time of risk and the lateness after it', () => {
    expect(fold.horizonMs).toBe(86_400_000 + 3_600_000);
    const week = foldOf('  type: event_count\n  rules: [a]\n  timespan: 7d\n  condition: { gte: 2 }');
    expect(week.horizonMs).toBe(7 * 86_400_000 + 3_600_000);
  });

  it('forgets windows that are over when one cell is full, and keeps the finding that is open', () => {
    const hot = createFold(
      compileRules(['title: A\nid: a\ndetection: { s: { kind: a }, condition: s }\ndmitry: { window: 60s }']),
      { tenant: 't', latenessMs: 1_000 },
    );
    const state: FoldState = hot.empty();
    const many = Array.from({ length: 10_050 }, (_, n) =>
      eventOf(`e${String(n).padStart(6, '0')}`, n * 1_000, { kind: 'a' }, [actor('x')]),
    );
    const told = new Set(hot.observe(state, many.slice(0, 10_000)).findings.map((finding) => finding.id));
    const outcome = hot.observe(state, many.slice(10_000));
    expect(outcome.retracted).toEqual([]);
    expect(outcome.findings.filter((finding) => !told.has(finding.id)).length).toBeLessThanOrEqual(1);
    expect(state.items).toBeLessThan(200);
  });

  it('counts what a full cell cannot keep while its window is open', () => {
    const wide = createFold(
      compileRules(['title: A\nid: a\ndetection: { s: { kind: a }, condition: s }\ndmitry: { window: 30d }']),
      { tenant: 't' },
    );
    const state = wide.empty();
    const many = Array.from({ length: 10_003 }, (_, n) => eventOf(`e${n}`, n, { kind: 'a' }, [actor('x')]));
    expect(wide.observe(state, many).findings).toMatchObject([{ count: 10_003, revision: 10_003 }]);
    expect(state.items).toBe(10_000);
  });
});
