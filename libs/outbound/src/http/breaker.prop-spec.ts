import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ManualClock } from '@dmitry/kit/memory';
import { seed } from '@dmitry/kit/testing';
import { Breaker, type Verdict } from './breaker.ts';

const LIMITS = { windowMs: 1_000, minCalls: 4, errorPercent: 50, resetMs: 500 };
const BUCKET_MS = LIMITS.windowMs / 10;

/** The breaker as a table: buckets of calls, an opening time, a trial. */
class Model {
  private calls: { bucket: number; failed: boolean }[] = [];
  private openedMs: number | null = null;
  private trial = false;

  step(verdict: Verdict, nowMs: number): 'open' | Verdict {
    const bucket = Math.floor(nowMs / BUCKET_MS);
    if (this.openedMs !== null) {
      if (nowMs - this.openedMs < LIMITS.resetMs) return 'open';
      this.openedMs = null;
      this.trial = true;
      this.calls = [];
    }
    this.calls = this.calls.filter((call) => bucket - call.bucket < 10);
    this.calls.push({ bucket, failed: verdict === 'failure' });
    if (this.trial) this.judgeTrial(verdict, nowMs);
    else if (verdict === 'failure' && this.share() > LIMITS.errorPercent) this.openedMs = nowMs;
    return verdict;
  }

  state(nowMs: number): string {
    if (this.openedMs !== null) return nowMs - this.openedMs >= LIMITS.resetMs ? 'half_open' : 'open';
    return this.trial ? 'half_open' : 'closed';
  }

  private judgeTrial(verdict: Verdict, nowMs: number): void {
    if (verdict === 'neutral') return void (this.calls = []);
    this.trial = false;
    if (verdict === 'failure') this.openedMs = nowMs;
  }

  private share(): number {
    if (this.calls.length < LIMITS.minCalls) return 0;
    return (this.calls.filter((call) => call.failed).length / this.calls.length) * 100;
  }
}

const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .constantFrom<Verdict>('success', 'failure', 'failure', 'neutral')
      .map((verdict) => ({ verdict, waitMs: 0 })),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      verdict: fc.constantFrom<Verdict>('success', 'failure'),
      waitMs: fc.integer({ min: 0, max: 700 }),
    }),
  },
);

describe('breaker', () => {
  it('behaves as its model for any order of successes, failures, neutral ends and waits', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const clock = new ManualClock(0);
        const breaker = new Breaker<Verdict>(clock, LIMITS, (verdict) => verdict);
        const model = new Model();
        for (const { verdict, waitMs } of steps) {
          if (waitMs > 0) await clock.advance(waitMs);
          expect(await breaker.run(() => Promise.resolve(verdict))).toBe(model.step(verdict, clock.monotonicMs()));
          expect(breaker.state()).toBe(model.state(clock.monotonicMs()));
        }
      }),
      { seed: seed(), numRuns: 150 },
    );
  });

  it('admits exactly one trial of a thousand callers; what was in flight before decides nothing', async () => {
    const clock = new ManualClock(0);
    const breaker = new Breaker<Verdict>(clock, { ...LIMITS, minCalls: 2 }, (verdict) => verdict);
    const late = Promise.withResolvers<Verdict>();
    const early = breaker.run(() => late.promise);
    for (let call = 0; call < 4; call++) await breaker.run(() => Promise.resolve('failure'));
    expect(breaker.state()).toBe('open');
    await clock.advance(LIMITS.resetMs);
    const trial = Promise.withResolvers<Verdict>();
    let admitted = 0;
    const callers = Array.from({ length: 1_000 }, () => breaker.run(() => ((admitted += 1), trial.promise)));
    late.resolve('success'); // a call from before the opening ends well: that is no trial
    expect(await early).toBe('success');
    expect([admitted, breaker.state()]).toEqual([1, 'half_open']);
    trial.resolve('failure');
    const results = await Promise.all(callers);
    expect(results.filter((result) => result === 'open')).toHaveLength(999);
    expect(breaker.state()).toBe('open');
  });

  it('opens when many failures land together, and recovers after the reset time', async () => {
    const clock = new ManualClock(0);
    const breaker = new Breaker<Verdict>(clock, LIMITS, (verdict) => verdict);
    await Promise.all(Array.from({ length: 50 }, () => breaker.run(() => Promise.resolve('failure'))));
    expect(breaker.state()).toBe('open');
    await clock.advance(LIMITS.resetMs);
    expect(await breaker.run(() => Promise.resolve('success'))).toBe('success');
    expect(breaker.state()).toBe('closed');
  });

  it('passes on what work throws although it must not', async () => {
    const breaker = new Breaker<Verdict>(new ManualClock(0), LIMITS, (verdict) => verdict);
    await expect(breaker.run(() => Promise.reject(new Error('bug')))).rejects.toThrow('bug');
  });
});
