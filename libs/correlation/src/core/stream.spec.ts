import { describe, expect, it } from '@jest/globals';
import { digestOf, type OcsfEvent } from '@dmitry/contracts';
import { actor, eventOf } from '../../test/support/events.ts';
import { compileRules, correlationEvent, createStreamCorrelator, createStreamDetector, type RuleSet } from './index.ts';

const RULES = `title: A
id: a
level: high
detection: { s: { kind: a }, condition: s }
---
title: Many
id: many
correlation: { type: event_count, rules: [a], group-by: [user], timespan: 1h, condition: { gte: 3 } }
`;
const seen = (index: number, kind: string, timeMs = index * 1_000) => ({
  ...eventOf(`e-${index}`, timeMs, { kind, user: 'eve' }, [actor('eve')]),
  index,
});

describe('correlationEvent', () => {
  it('keeps the original record beside the OCSF event, and the digest of the latter', () => {
    const event = { class_uid: 1 } as unknown as OcsfEvent;
    const normalised = {
      format: 'cloudtrail',
      event,
      identity: { source: 's', id: 'i', timeMs: 5 },
      entities: [actor('eve')],
    };
    expect(correlationEvent(normalised, { raw: 1 }, 7)).toEqual({
      source: 's',
      id: 'i',
      timeMs: 5,
      record: { raw: 1 },
      event,
      entities: [actor('eve')],
      logsource: { product: 'aws', service: 'cloudtrail' },
      digest: digestOf(event),
      index: 7,
    });
    expect(correlationEvent(normalised, {})).not.toHaveProperty('index');
  });
});

describe('a stream of events', () => {
  const run = (ruleset: RuleSet, events: readonly ReturnType<typeof seen>[], correlate: boolean) => {
    const detector = createStreamDetector(ruleset, { correlate });
    return [...events.flatMap((event) => detector.observe(event)), ...detector.finish()];
  };
  const events = [seen(0, 'a'), seen(1, 'b'), seen(2, 'a'), seen(3, 'a')];

  it('tells correlations at its end, and nothing of the rules they refer to', () => {
    expect(run(compileRules([RULES]), events, true)).toEqual([
      {
        ruleId: 'many',
        title: 'Many',
        kind: 'correlation',
        records: [0, 2, 3],
        firstMs: 0,
        lastMs: 3_000,
        group: { user: 'eve' },
      },
    ]);
  });

  it('tells detections at once, each alone, without correlation', () => {
    const matches = run(compileRules([RULES]), events, false);
    expect(matches.map(({ kind, records }) => [kind, records])).toEqual([
      ['detection', [0]],
      ['detection', [2]],
      ['detection', [3]],
    ]);
  });

  it('asks the rules once for each event', () => {
    const ruleset = compileRules([RULES]);
    let asked = 0;
    const counting: RuleSet = { ...ruleset, match: (event) => ((asked += 1), ruleset.match(event)) };
    run(counting, events, true);
    expect(asked).toBe(events.length);
  });

  it('loses no record number of a window that is larger than the state keeps', () => {
    const correlator = createStreamCorrelator(compileRules([RULES.split('---')[0] ?? '']), 't');
    const count = 10_600;
    for (let index = 0; index < count; index++) correlator.observe(seen(index, 'a', index));
    const findings = correlator.findings().filter(({ kind }) => kind === 'detection');
    expect(findings).toHaveLength(1);
    expect(findings[0]?.records).toEqual(Array.from({ length: count }, (_, index) => index));
  });

  it('tells only what stands: a late event that moves a window takes the earlier finding back', () => {
    const correlator = createStreamCorrelator(compileRules([RULES.split('---')[0] ?? '']), 't');
    const hour = 3_600_000;
    for (const event of [seen(0, 'a', hour), seen(1, 'a', hour + 10)]) correlator.observe(event);
    expect(correlator.findings().map(({ records }) => records)).toEqual([[0, 1]]);
    correlator.observe(seen(2, 'a', hour - 10));
    expect(correlator.findings().map(({ records }) => records)).toEqual([[0, 1, 2]]);
  });

  it('of events without numbers has findings without records', () => {
    const detector = createStreamDetector(compileRules([RULES]), { correlate: false });
    expect(detector.observe(eventOf('x', 1, { kind: 'a' }))).toMatchObject([{ records: [] }]);
    expect(detector.finish()).toEqual([]);
  });
});
