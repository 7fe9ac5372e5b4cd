import { describe, expect, it } from '@jest/globals';
import { MemoryMetrics } from '@dmitry/telemetry/memory';
import { type Batch, busUnavailable, type EventBus, measuredEventBus, type SubscribeOptions } from './index.ts';

const incoming = (offset: string) => ({ offset, key: 'k', value: new Uint8Array(), headers: {}, timestampMs: 0 });
const outgoing = (topic: string) => ({ topic, key: 'k', value: new Uint8Array(), headers: {} });

function measured() {
  const metrics = new MemoryMetrics();
  let given: SubscribeOptions | undefined;
  let away = false;
  const calls: string[] = [];
  const inner: EventBus = {
    publish: () => (away ? Promise.reject(busUnavailable()) : Promise.resolve()),
    subscribe: (options) => {
      given = options;
      return Promise.resolve({ close: () => Promise.resolve() });
    },
    ping: () => Promise.resolve(void calls.push('ping')),
    close: () => Promise.resolve(void calls.push('close')),
  };
  return {
    metrics,
    calls,
    bus: measuredEventBus(inner, metrics),
    deliver: async (batch: Batch) => given?.onBatch(batch),
    goAway: () => (away = true),
  };
}

const TOPIC = { topic: 't' };
const PARTITION = { topic: 't', partition: '1' };

describe('a measured bus', () => {
  it('counts what was published, and not what was refused', async () => {
    const { bus, metrics, goAway } = measured();
    await bus.publish([outgoing('t'), outgoing('u'), outgoing('t')]);
    goAway();
    await expect(bus.publish([outgoing('t')])).rejects.toMatchObject({ code: 'messaging.unavailable' });
    expect(metrics.value('messaging_records_published_total', TOPIC)).toBe(2);
    expect(metrics.value('messaging_records_published_total', { topic: 'u' })).toBe(1);
  });

  it('counts what was accepted, what will come again, and how far a partition is behind', async () => {
    const { bus, metrics, deliver } = measured();
    const results = [Promise.reject(new Error('not now')), Promise.resolve()];
    await bus.subscribe({ group: 'g', topics: ['t'], onBatch: () => results.shift() ?? Promise.resolve() });
    const batch = { topic: 't', partition: 1, records: [incoming('7'), incoming('8')], endOffset: '20' };
    await expect(deliver(batch)).rejects.toThrow('not now');
    expect(metrics.value('messaging_consumer_lag_records', PARTITION)).toBe(13);
    await deliver(batch);
    expect(metrics.value('messaging_batches_refused_total', TOPIC)).toBe(1);
    expect(metrics.value('messaging_records_consumed_total', TOPIC)).toBe(2);
    expect(metrics.value('messaging_consumer_lag_records', PARTITION)).toBe(11);
  });

  it('says nothing of the lag where the bus does not know its end, and passes on the rest', async () => {
    const { bus, metrics, deliver, calls } = measured();
    await bus.subscribe({ group: 'g', topics: ['t'], onBatch: () => Promise.resolve() });
    await deliver({ topic: 't', partition: 1, records: [incoming('7')] });
    expect(metrics.value('messaging_consumer_lag_records', PARTITION)).toBe(0);
    await bus.ping();
    await bus.close();
    expect(calls).toEqual(['ping', 'close']);
  });
});
