import { describe, expect, it } from '@jest/globals';
import { seed } from '@dmitry/kit/testing';
import fc from 'fast-check';
import { uuidV7 } from './index.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe('uuidV7', () => {
  it('gives ids that increase even when the clock stands still or goes back', () => {
    const times = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(times, (clock) => {
        let at = 0;
        const next = uuidV7(
          () => 1_700_000_000_000 + (clock[at++] ?? 0),
          (length) => new Uint8Array(length),
        );
        const all = clock.map(() => next());
        expect(all.every((id) => UUID.test(id))).toBe(true);
        expect([...new Set(all)].sort()).toEqual(all);
      }),
      { seed: seed(), numRuns: 100 },
    );
  });

  it('borrows from the future rather than repeat when a millisecond is used up', () => {
    const next = uuidV7(
      () => 1_700_000_000_000,
      (length) => new Uint8Array(length).fill(255),
    );
    const all = Array.from({ length: 10_000 }, () => next());
    expect(new Set(all).size).toBe(all.length);
    expect([...all].sort()).toEqual(all);
  });
});
