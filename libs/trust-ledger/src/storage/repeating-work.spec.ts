import { describe, expect, it } from '@jest/globals';
import { DmitryError, type LogFields, silentLogger } from '@dmitry/kit';
import { ManualClock } from '@dmitry/kit/memory';
import { RepeatingWork, sequencerHealth } from './index.ts';

describe('repeating work', () => {
  it('never runs twice at once, and stops when its turn has ended', async () => {
    const clock = new ManualClock();
    let [running, turns, stopped] = [0, 0, false];
    const gate = Promise.withResolvers<void>();
    const work = async () => {
      expect(++running).toBe(1);
      turns += 1;
      await gate.promise;
      running -= 1;
    };
    const repeating = new RepeatingWork({ clock, logger: silentLogger, name: 'x', everyMs: 10, work });
    repeating.start();
    repeating.start();
    await clock.advance(35);
    expect(turns).toBe(1);
    const stopping = repeating.stop().then(() => (stopped = true));
    await clock.advance(10);
    expect(stopped).toBe(false);
    gate.resolve();
    await stopping;
    await clock.advance(100);
    expect(turns).toBe(1);
  });

  it('goes on after a turn that failed, and says what happened', async () => {
    const clock = new ManualClock();
    const lines: [string, LogFields | undefined][] = [];
    const logger = { ...silentLogger, error: (event: string, fields?: LogFields) => void lines.push([event, fields]) };
    const faults = [new DmitryError('storage.unavailable', 'down'), new Error('odd')];
    let turns = 0;
    const work = () => {
      const error = faults[turns++];
      return error ? Promise.reject(error) : Promise.resolve();
    };
    const repeating = new RepeatingWork({ clock, logger, name: 'ledger.test', everyMs: 10, work });
    repeating.start();
    await clock.advance(30);
    await repeating.stop();
    expect(turns).toBe(3);
    expect(lines).toEqual([
      ['ledger.test_failed', { code: 'storage.unavailable', message: 'down' }],
      ['ledger.test_failed', { code: 'internal.unexpected', message: 'odd' }],
    ]);
  });
});

describe('health of the sequencer', () => {
  it('is up while every log can be sequenced, and counts those that cannot without naming a tenant', async () => {
    const faults = new Map<string, string>([['acme', 'ledger.fenced']]);
    const health = sequencerHealth({
      round: () => Promise.resolve(0),
      close: () => Promise.resolve(),
      faults: () => faults,
    });
    const check = () => health.check(AbortSignal.timeout(1_000));
    expect(await check()).toEqual({ up: true });
    faults.set('acme', 'ledger.tree_invalid').set('other', 'ledger.tree_invalid');
    expect(await check()).toEqual({ up: false, detail: '2 logs cannot be sequenced: ledger.tree_invalid' });
  });
});
