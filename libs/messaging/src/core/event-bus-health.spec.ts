import { describe, expect, it } from '@jest/globals';
import { describeHealthIndicatorContract } from '@dmitry/health/testing';
import { ManualClock } from '@dmitry/kit/memory';
import { MemoryEventBus } from '../memory/index.ts';
import { busUnavailable, type EventBus, eventBusHealth } from './index.ts';

const check = (ping: () => Promise<void>): unknown =>
  eventBusHealth({ ping } as unknown as EventBus).check(AbortSignal.timeout(1000));

describeHealthIndicatorContract('event bus', 'own', () => {
  const bus = new MemoryEventBus({ clock: new ManualClock() });
  return { indicator: eventBusHealth(bus), breakDependency: () => bus.close(), close: () => bus.close() };
});

describe('the event bus indicator', () => {
  it('is down with a code and no address when it does not', async () => {
    const down = { up: false, detail: 'messaging.unavailable' };
    expect(await check(() => Promise.reject(busUnavailable()))).toEqual(down);
    expect(await check(() => Promise.reject(new Error('kafka.internal:9092')))).toEqual(down);
  });
});
