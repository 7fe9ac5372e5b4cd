import { describe, expect, it } from '@jest/globals';
import { silentLogger } from '@dmitry/kit';
import { ManualClock } from '@dmitry/kit/memory';
import { type OutboxRelay, startRelayLoop } from './index.ts';

/** A relay whose rounds end as listed, and then find nothing. */
function scripted(clock: ManualClock, outcomes: (number | Error)[]): OutboxRelay & { readonly begun: number[] } {
  const begun: number[] = [];
  return {
    begun,
    held: () => [],
    round: () => {
      begun.push(clock.monotonicMs());
      const outcome = outcomes.shift() ?? 0;
      return outcome instanceof Error ? Promise.reject(outcome) : Promise.resolve(outcome);
    },
  };
}

describe('the relay loop', () => {
  it('goes on at once while there is something, and rests when there is nothing', async () => {
    const clock = new ManualClock();
    const relay = scripted(clock, [3, 1, 0]);
    const loop = startRelayLoop({ relay, clock, logger: silentLogger, everyMs: 100 });
    await clock.advance(100);
    expect(relay.begun).toEqual([0, 0, 0, 100]);
    await loop.stop();
  });

  it('rests longer with each failure, up to ten seconds, and recovers', async () => {
    const clock = new ManualClock();
    const away = Array.from({ length: 9 }, () => new Error('bus away'));
    const relay = scripted(clock, [...away, 0]);
    const loop = startRelayLoop({ relay, clock, logger: silentLogger, everyMs: 100 });
    await clock.advance(60_000);
    const rests = relay.begun.slice(1).map((at, index) => at - (relay.begun[index] ?? 0));
    expect(rests.slice(0, 10)).toEqual([200, 400, 800, 1600, 3200, 6400, 10_000, 10_000, 10_000, 100]);
    await loop.stop();
  });

  it('begins no round after it was stopped', async () => {
    const clock = new ManualClock();
    const relay = scripted(clock, []);
    const loop = startRelayLoop({ relay, clock, logger: silentLogger });
    await clock.advance(0);
    await loop.stop();
    await clock.advance(10_000);
    expect(relay.begun).toEqual([0]);
  });
});
