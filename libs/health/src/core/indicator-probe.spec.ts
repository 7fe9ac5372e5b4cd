import { beforeEach, describe, expect, it } from '@jest/globals';
import type { LogFields, Logger } from '@dmitry/kit';
import { ManualClock } from '@dmitry/kit/memory';
import { describeHealthIndicatorContract } from '@dmitry/health/testing';
import { SwitchIndicator } from '../../test/switch-indicator.ts';
import { IndicatorProbe } from './index.ts';

for (const kind of ['own', 'neighbour'] as const) {
  describeHealthIndicatorContract(`a switch that is ${kind}`, kind, () => {
    const indicator = new SwitchIndicator('switch', kind);
    return { indicator, breakDependency: () => indicator.down(), close: () => undefined };
  });
}

describe('a probe', () => {
  let clock: ManualClock;
  let indicator: SwitchIndicator;
  let probe: IndicatorProbe;
  let lines: [string, LogFields | undefined][];

  beforeEach(() => {
    clock = new ManualClock();
    indicator = new SwitchIndicator('database', 'own');
    lines = [];
    const write = (event: string, fields?: LogFields): void => void lines.push([event, fields]);
    const logger: Logger = { debug: write, info: write, warn: write, error: write, child: () => logger };
    probe = new IndicatorProbe(indicator, { timeoutMs: 2000, cacheMs: 1000 }, clock, logger);
  });

  it('asks once however many want to know, and again only when the answer has aged', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => probe.result()));
    expect(answers.every(({ up }) => up)).toBe(true);
    await clock.advance(999);
    await probe.result();
    expect(indicator.checks).toBe(1);
    await clock.advance(1);
    await probe.result();
    expect(indicator.checks).toBe(2);
  });

  it('waits for a check no longer than the limit, and tells it to give up', async () => {
    indicator.hang();
    const answer = probe.result();
    await clock.advance(2000);
    await expect(answer).resolves.toEqual({ up: false, detail: 'No answer within 2000 ms.' });
    expect(indicator.signal?.aborted).toBe(true);
  });

  it('sends no second check after one that hangs: they would pile up on a store in trouble', async () => {
    const release = indicator.hang();
    const first = probe.result();
    await clock.advance(2000);
    await first;
    await clock.advance(1000);
    await expect(probe.result()).resolves.toMatchObject({ up: false });
    expect(indicator.checks).toBe(1);
    release();
    await clock.advance(1000);
    await expect(probe.result()).resolves.toEqual({ up: true });
    expect(indicator.checks).toBe(2);
  });

  it('takes a rejection for down, shows nothing of it, and logs its cause', async () => {
    const error = new Error('connect ECONNREFUSED 10.0.0.7:5432');
    indicator.fail(error);
    const answer = await probe.result();
    expect(answer.up).toBe(false);
    expect(answer.detail).not.toContain('10.0.0.7');
    expect(lines).toContainEqual(['indicator_failed', { indicator: 'database', error }]);
  });

  it('logs a change once and not every answer', async () => {
    for (const turn of [
      () => undefined,
      () => indicator.down('closed'),
      () => undefined,
      () => (indicator.answer = () => Promise.resolve({ up: true })),
    ]) {
      turn();
      await probe.result();
      await clock.advance(1000);
    }
    expect(lines.map(([event]) => event)).toEqual(['indicator_up', 'indicator_down', 'indicator_up']);
    expect(lines[1]?.[1]).toEqual({ indicator: 'database', kind: 'own', detail: 'closed' });
  });

  it('leaves no timer behind', async () => {
    await probe.result();
    expect(clock.pending).toBe(0);
  });
});
