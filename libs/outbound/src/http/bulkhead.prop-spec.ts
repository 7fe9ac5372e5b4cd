import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { seed } from '@dmitry/kit/testing';
import { Bulkhead } from './bulkhead.ts';

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Callers that enter, leave (once or twice) and give up. */
class Crowd {
  readonly bulkhead = new Bulkhead({ maxInFlight: 3, maxQueued: 2 });
  private readonly held: (() => void)[] = [];
  private readonly signals: AbortController[] = [];

  enter(): void {
    const signal = new AbortController();
    this.signals.push(signal);
    const keep = (release: (() => void) | null): void => {
      if (release) this.held.push(release);
    };
    this.bulkhead.acquire(signal.signal).then(keep, () => undefined);
  }

  leave(times: number): void {
    const release = this.held.shift();
    for (let time = 0; time < times; time++) release?.();
  }

  abort(at: number): void {
    this.signals[at % Math.max(1, this.signals.length)]?.abort();
  }

  async disperse(): Promise<void> {
    for (const signal of this.signals) signal.abort();
    await settle();
    while (this.held.length > 0) this.leave(1);
  }
}

const move = fc.oneof(
  fc.constant((crowd: Crowd) => crowd.enter()),
  fc.constantFrom(1, 2).map((times) => (crowd: Crowd) => crowd.leave(times)),
  fc.nat(20).map((at) => (crowd: Crowd) => crowd.abort(at)),
);

describe('bulkhead', () => {
  it('conserves its places under any order of entering, leaving and giving up', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(move, { maxLength: 80 }), async (moves) => {
        const crowd = new Crowd();
        for (const each of moves) {
          each(crowd);
          await settle();
          expect(crowd.bulkhead.inFlight).toBeLessThanOrEqual(3);
          expect(crowd.bulkhead.queued).toBeLessThanOrEqual(2);
        }
        await crowd.disperse();
        expect([crowd.bulkhead.inFlight, crowd.bulkhead.queued]).toEqual([0, 0]);
      }),
      { seed: seed(), numRuns: 100 },
    );
  });
});
