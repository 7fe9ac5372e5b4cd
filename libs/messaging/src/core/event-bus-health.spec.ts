import { describe, expect, it } from '@jest/globals';
import { describeHealthIndicatorContract } from '@dmitry/health/testing';
import { ManualClock } from '@dmitry/kit/memory';
import { MemoryEventBus } from '../memory/index.ts';
import { busUnavailable, type EventBus, eventBusHealth, type HeldTopic, outboxHealth } from './index.ts';

const check = (ping: () => Promise<void>): unknown =>
  eventBusHealth({ ping } as unknown as EventBus).check(AbortSignal.timeout(1000));

describeHealthIndicatorContract('event bus', 'own', () => {
  const bus = new MemoryEventBus({ clock: new ManualClock() });
  return { indicator: eventBusHealth(bus), breakDependency: () => bus.close(), close: () => bus.close() };
});

describeHealthIndicatorContract('outbox', 'neighbour', () => {
  const held: HeldTopic[] = [];
  const indicator = outboxHealth({ round: () => Promise.resolve(0), held: () => held });
  const breakDependency = () => Promise.resolve(void held.push({ topic: 't', code: 'messaging.topic_unknown' }));
  return { indicator, breakDependency, close: () => Promise.resolve() };
});

describe('the outbox indicator', () => {
  it('names each topic that is held, and why', async () => {
    const held = ['t', 'u'].map((topic) => ({ topic, code: 'messaging.topic_unknown' }));
    const indicator = outboxHealth({ round: () => Promise.resolve(0), held: () => held });
    expect(await indicator.check(AbortSignal.timeout(1000))).toEqual({
      up: false,
      detail: 'messaging.topic_unknown t, messaging.topic_unknown u',
    });
  });
});

describe('the event bus indicator', () => {
  it('is down with a code and no address when it does not', async () => {
    const down = { up: false, detail: 'messaging.unavailable' };
    expect(await check(() => Promise.reject(busUnavailable()))).toEqual(down);
    expect(await check(() => Promise.reject(new Error('kafka.internal:9092')))).toEqual(down);
  });
});
