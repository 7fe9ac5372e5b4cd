import { describe, expect, it } from '@jest/globals';
import { judge } from './audit.mjs';

describe('judge', () => {
  it('is not fooled by a registry that does not answer: that is not checked, never passed', () => {
    expect(judge('')).toEqual({ checked: false, faults: [] });
    expect(judge('{"statusCode":405}')).toEqual({ checked: false, faults: [] });
  });

  it('names what is high or critical, and lets the rest pass', () => {
    const vulnerabilities = {
      a: { name: 'a', severity: 'high', range: '<2' },
      b: { name: 'b', severity: 'low', range: '*' },
    };
    expect(judge(JSON.stringify({ vulnerabilities }))).toEqual({ checked: true, faults: ['a <2: high'] });
    expect(judge('{"vulnerabilities":{}}')).toEqual({ checked: true, faults: [] });
  });
});
