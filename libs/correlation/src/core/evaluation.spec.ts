import { describe, expect, it } from '@jest/globals';
import { eventOf } from '../../test/support/events.ts';
import { assessTechniques, compileRules, logSourceOf } from './index.ts';

const ruleset = compileRules(['title: A\ntags: [attack.t1562.008]\ndetection: { s: { kind: a }, condition: s }']);

describe('assessTechniques', () => {
  it.each([
    ['a', ['T1562.008'], true, true],
    ['a', ['T1562'], true, true],
    ['a', [], true, true],
    ['a', ['T1000'], true, false],
    ['b', [], false, false],
  ])('kind %s, expected %j: found %s, sensible %s', (kind, expected, found, sensible) => {
    const [answer] = assessTechniques(ruleset, [{ name: 'case', events: [eventOf('e', 1, { kind })], expected }]);
    expect(answer).toMatchObject({ name: 'case', found, sensible });
  });
});

describe('logSourceOf', () => {
  it('knows the formats whose rules name a log source, and nothing of others', () => {
    expect(logSourceOf('cloudtrail')).toEqual({ product: 'aws', service: 'cloudtrail' });
    expect([logSourceOf('ocsf'), logSourceOf('constructor')]).toEqual([{}, {}]);
  });
});
