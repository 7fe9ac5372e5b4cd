import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ManualClock, SeededIds } from '@dmitry/kit/memory';
import { seed } from '@dmitry/kit/testing';
import { createMemoryCache } from '../memory/index.ts';

const key = { tenant: 'acme', namespace: 'n', id: 1 };
const options = { ttlMs: 1_000, revalidateMs: 500, graceMs: 2_000, tags: ['t'] };

/** An origin whose value is a version; loads are held until they are let go. */
class Origin {
  version = 0;
  /** The version that no answer begun from now on may be older than. */
  floor = 0;
  private readonly held: (() => void)[] = [];

  load(): Promise<number> {
    const seen = this.version;
    return new Promise((resolve) => this.held.push(() => resolve(seen)));
  }

  release(at: number): void {
    this.held.splice(at % Math.max(1, this.held.length), 1)[0]?.();
  }

  releaseAll(): void {
    while (this.held.length > 0) this.release(0);
  }
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const move = fc.oneof(
  { weight: 4, arbitrary: fc.constant('ask' as const) },
  { weight: 2, arbitrary: fc.constant('look' as const) },
  { weight: 3, arbitrary: fc.constantFrom('invalidate' as const, 'delete' as const) },
  { weight: 4, arbitrary: fc.nat(5).map((release) => ({ release })) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 900 }).map((waitMs) => ({ waitMs })) },
);

describe('invalidation', () => {
  it('is never followed by a value that was loaded before it, however loads, look-ups and time interleave', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(move, { maxLength: 60 }), async (moves) => {
        const clock = new ManualClock();
        const cache = createMemoryCache({ clock, ids: new SeededIds(clock, 'p'), jitter: 0 });
        const origin = new Origin();
        const checks: Promise<void>[] = [];
        const check = (answer: Promise<{ value?: number }>): void => {
          const { floor } = origin;
          checks.push(answer.then(({ value }) => expect(value ?? Infinity).toBeGreaterThanOrEqual(floor)));
        };
        const play = async (each: (typeof moves)[number]): Promise<void> => {
          if (each === 'ask') check(cache.getOrLoad(key, () => origin.load(), options));
          else if (each === 'look') check(cache.get<number>(key) as Promise<{ value?: number }>);
          else if (typeof each === 'string') {
            origin.version += 1;
            await (each === 'delete' ? cache.delete(key) : cache.invalidateTags('acme', ['t']));
            origin.floor = origin.version;
          } else if ('release' in each) origin.release(each.release);
          else await clock.advance(each.waitMs);
        };
        for (const each of moves) {
          await play(each);
          await settle();
        }
        for (let turn = 0; turn < 5; turn++) {
          origin.releaseAll();
          await settle();
        }
        await Promise.all(checks);
      }),
      { seed: seed(), numRuns: 150 },
    );
  });
});
