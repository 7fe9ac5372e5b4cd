import { describe, expect, it } from '@jest/globals';
import { ManualClock } from '../memory/index.ts';
import { BackgroundLoop } from './background-loop.ts';
import { type Logger, silentLogger } from './logger.port.ts';

function loopOf(round: () => Promise<number | void>, logger: Logger = silentLogger) {
  const clock = new ManualClock();
  return { clock, loop: new BackgroundLoop({ name: 'test', everyMs: 100, round, clock, logger }) };
}

describe('BackgroundLoop', () => {
  it('does a round at once, then one per pause, and none after it is closed', async () => {
    let rounds = 0;
    const { clock, loop } = loopOf(async () => void (rounds += 1));
    loop.start();
    loop.start();
    await clock.advance(250);
    expect(rounds).toBe(3);
    await loop.close();
    await clock.advance(1_000);
    expect(rounds).toBe(3);
    expect(clock.pending).toBe(0);
  });

  it('goes on without a pause while a round says that there is more', async () => {
    const left = [2, 1, 0];
    const { clock, loop } = loopOf(async () => left.shift() ?? 0);
    loop.start();
    await clock.advance(0);
    expect(left).toEqual([]);
    await loop.close();
  });

  it('outlives a round that fails, and logs its code', async () => {
    const warnings: unknown[] = [];
    const logger: Logger = { ...silentLogger, warn: (event, fields) => void warnings.push([event, fields?.['code']]) };
    let rounds = 0;
    const { clock, loop } = loopOf(async () => {
      rounds += 1;
      if (rounds === 1) throw new Error('boom');
    }, logger);
    loop.start();
    await clock.advance(100);
    await loop.close();
    expect(rounds).toBe(2);
    expect(warnings).toEqual([['loop_round_failed', 'internal.unexpected']]);
  });

  it('waits for the round in flight when it is closed', async () => {
    let finish: () => void = () => undefined;
    let done = false;
    const { loop } = loopOf(async () => {
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
      done = true;
    });
    loop.start();
    const closing = loop.close();
    finish();
    await closing;
    expect(done).toBe(true);
  });
});
