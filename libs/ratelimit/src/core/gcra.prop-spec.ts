import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { seed } from '@dmitry/kit/testing';
import { gaugeOf, judge, type RatePolicy } from './index.ts';

const policies = fc.record({
  limit: fc.integer({ min: 1, max: 50 }),
  windowMs: fc.integer({ min: 1, max: 5_000 }),
  burst: fc.integer({ min: 1, max: 60 }),
});
const calls = fc.array(
  fc.record({ waitUs: fc.integer({ min: 0, max: 400_000 }), cost: fc.integer({ min: 1, max: 5 }) }),
  { maxLength: 120 },
);

interface Admitted {
  readonly atUs: number;
  readonly cost: number;
}

/** Cost admitted in the interval that ends with each admission, over all its beginnings. */
function* intervals(admitted: readonly Admitted[]): Generator<{ cost: number; lengthUs: number }> {
  for (let from = 0; from < admitted.length; from++) {
    let cost = 0;
    for (let to = from; to < admitted.length; to++) {
      cost += admitted[to]?.cost ?? 0;
      yield { cost, lengthUs: (admitted[to]?.atUs ?? 0) - (admitted[from]?.atUs ?? 0) };
    }
  }
}

/** Plays calls against one policy. */
function play(policy: RatePolicy, steps: readonly { waitUs: number; cost: number }[]) {
  let nowUs = 1_700_000_000_000_000;
  let arrivalUs = 0;
  const admitted: Admitted[] = [];
  const denied: { atUs: number; cost: number; waitUs: number; before: readonly Admitted[] }[] = [];
  for (const { waitUs, cost } of steps) {
    nowUs += waitUs;
    const gauge = gaugeOf({ policy, key: 'k', cost });
    const { allowed, readings } = judge([gauge], [arrivalUs], nowUs);
    const reading = readings[0] ?? { aheadUs: 0, waitUs: 0 };
    if (allowed) {
      arrivalUs = nowUs + reading.aheadUs;
      admitted.push({ atUs: nowUs, cost });
    } else denied.push({ atUs: nowUs, cost, waitUs: reading.waitUs, before: [...admitted] });
  }
  return { admitted, denied };
}

describe('GCRA', () => {
  it('admits in no interval more than burst + rate x length', () => {
    fc.assert(
      fc.property(policies, calls, (numbers, steps) => {
        const policy = { name: 'p', ...numbers };
        const { unitUs, burst } = gaugeOf({ policy, key: 'k' });
        for (const { cost, lengthUs } of intervals(play(policy, steps).admitted)) {
          expect(cost * unitUs).toBeLessThanOrEqual(burst * unitUs + lengthUs);
        }
      }),
      { seed: seed(), numRuns: 150 },
    );
  });

  it('denies only what would break that bound, and what it names as wait is exact', () => {
    fc.assert(
      fc.property(policies, calls, (numbers, steps) => {
        const policy = { name: 'p', ...numbers };
        const { unitUs, burst } = gaugeOf({ policy, key: 'k' });
        for (const { atUs, cost, waitUs, before } of play(policy, steps).denied) {
          const breaks = (whenUs: number): boolean =>
            [...intervals([...before, { atUs: whenUs, cost }])].some(
              (one) => one.cost * unitUs > burst * unitUs + one.lengthUs,
            );
          expect(breaks(atUs)).toBe(true);
          if (waitUs > 0) expect([breaks(atUs + waitUs), breaks(atUs + waitUs - 1)]).toEqual([false, true]);
          else expect([waitUs, cost > burst]).toEqual([-1, true]);
        }
      }),
      { seed: seed(), numRuns: 60 },
    );
  });

  it('moves no gauge when one of them denies', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(policies, fc.nat(2_000_000)), { minLength: 1, maxLength: 5 }), (gauges) => {
        const nowUs = 1_700_000_000_000_000;
        const judged = judge(
          gauges.map(([numbers]) => gaugeOf({ policy: { name: 'p', ...numbers }, key: 'k' })),
          gauges.map(([, aheadUs]) => nowUs + aheadUs),
          nowUs,
        );
        if (!judged.allowed)
          expect(judged.readings.map((reading) => reading.aheadUs)).toEqual(gauges.map(([, aheadUs]) => aheadUs));
        expect(judged.allowed).toBe(judged.readings.every((reading) => reading.waitUs === 0));
      }),
      { seed: seed(), numRuns: 150 },
    );
  });
});
