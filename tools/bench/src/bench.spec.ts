import { describe, expect, it } from '@jest/globals';
import { canonicalJson } from '@dmitry/contracts';
import { atLeast, atMost, type Case, interleaved, ratioOf, reportOf, shown } from './bench.ts';
import { parseOptions } from './options.ts';
import { printed } from './print.ts';
import { randomValue, referenceCanonical } from './reference-canonical.ts';
import { quantile, type Sample, sample } from './sample.ts';

const taken = (ops: number, seconds: number): Sample => ({
  ops,
  seconds,
  cpuUs: seconds * 1e6,
  latenciesUs: [1, 2, 3],
});

describe('bench', () => {
  it('runs the cases of a round side by side, forwards and backwards, and leaves the first round out', async () => {
    const order: string[] = [];
    const caseOf = (name: string, speed: number): Case => ({
      name,
      run: () => {
        order.push(name);
        return Promise.resolve(taken(speed * order.length, 1));
      },
    });
    const rounds = await interleaved([caseOf('a', 1), caseOf('b', 2)], 2);
    expect(order).toEqual(['b', 'a', 'a', 'b', 'b', 'a']);
    expect(rounds.get('a')).toHaveLength(2);
    expect(ratioOf(rounds, 'b', 'a')).toBeCloseTo((2 * 4) / 3);
  });

  it('says which bars are missed, in numbers that a machine reads and in lines that a person reads', () => {
    const rounds = new Map([['floor', [taken(100, 1), taken(300, 1), taken(200, 1)]]]);
    const report = reportOf('x', rounds, [atLeast('fast', 2, 1), atMost('slow', 2, 1), shown('seen', 7)]);
    expect(report.cases).toEqual([{ name: 'floor', ops_per_s: 200, cpu_us_per_op: 5000, p50_us: 2, p99_us: 3 }]);
    expect(report.ratios.map(({ pass }) => pass)).toEqual([true, false, true]);
    expect(printed(report)).toMatch(/ok +2 \(bar 1\) +fast[\s\S]*BELOW +2 \(bar 1\) +slow[\s\S]*7 +seen/);
  });

  it('takes time and counts of what it runs', async () => {
    const one = await sample((latencies) => {
      latencies.push(5);
      return 3;
    });
    expect(one).toMatchObject({ ops: 3, latenciesUs: [5] });
    expect(quantile([], 0.5)).toBeNaN();
  });

  it('refuses names that it does not know, and none', () => {
    expect(parseOptions(['a', '--quick', '--json', 'f'], ['a', 'b'])).toEqual({ names: ['a'], quick: true, json: 'f' });
    expect(() => parseOptions(['c'], ['a', 'b'])).toThrow('c: there are a, b');
    expect(() => parseOptions([], ['a', 'b'])).toThrow('name a benchmark');
  });
});

describe('canonical form', () => {
  it('is byte for byte what an independent implementation of RFC 8785 writes, for random values', () => {
    const next = randomValue(4711);
    for (let n = 0; n < 3_000; n++) {
      const value = next();
      expect(canonicalJson(value)).toBe(referenceCanonical(value));
    }
  });
});
