import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ManualClock, SeededIds } from '@dmitry/kit/memory';
import { seed } from '@dmitry/kit/testing';
import { type CausedEnd, CallRunner } from './call-runner.ts';
import { limitsOf } from './outbound-limits.ts';
import { RetryBudget } from './retry-budget.ts';

const end = (status: number): CausedEnd => ({ kind: 'reply', status, body: null, headers: {} });

describe('no retry storm', () => {
  it('sends at most 1.1 times the offered calls, whatever share of them fails', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.constantFrom(200, 503, 503, 429), { minLength: 1, maxLength: 4 }), {
          minLength: 1,
          maxLength: 80,
        }),
        fc.boolean(),
        async (script, breaking) => {
          const clock = new ManualClock(0);
          const limits = limitsOf({ maxAttempts: 4, breaker: { minCalls: breaking ? 5 : 1e9 } });
          const runner = new CallRunner({
            clock,
            ids: new SeededIds(clock, 'storm'),
            limits,
            onBreaker: () => undefined,
          });
          let sent = 0;
          let offered = 0;
          for (const statuses of script) {
            offered += 1;
            let at = 0;
            const running = runner.run({
              kind: 'read',
              attemptTimeoutMs: 1_000,
              window: new AbortController().signal,
              deadlineMs: Infinity,
              once: async () => ((sent += 1), end(statuses[Math.min(at++, statuses.length - 1)] ?? 200)),
            });
            await clock.advance(20_000);
            await running;
            expect(sent).toBeLessThanOrEqual(1.1 * offered);
          }
        },
      ),
      { seed: seed(), numRuns: 30 },
    );
  });

  it('never lets the budget pay out more than was paid in, plus its reserve', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 500 }), fc.integer({ min: 0, max: 3 }), (takes, retryReserve) => {
        const budget = new RetryBudget({ retryRatio: 0.1, maxSavedRetries: 10, retryReserve });
        let offered = 0;
        let taken = 0;
        for (const take of takes) {
          if (take) taken += budget.take() ? 1 : 0;
          else {
            budget.offered();
            offered += 1;
          }
          expect(taken).toBeLessThanOrEqual(retryReserve + 0.1 * offered + 1e-9);
        }
      }),
      { seed: seed(), numRuns: 100 },
    );
  });
});
