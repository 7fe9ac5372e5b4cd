import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeWithService } from '@dmitry/kit/testing';
import { ensureTopics, KafkaEventBus, missingTopics, prepareTopics } from '../src/kafka/index.ts';

const record = { key: 'k', value: new Uint8Array([1]), headers: {} };

describeWithService('kafka', 'faults of a real Kafka', (addresses) => {
  const brokers = addresses.split(',');
  let bus: KafkaEventBus;
  beforeAll(async () => {
    bus = await KafkaEventBus.open({ brokers, retries: 1 });
  });
  afterAll(() => bus.close());

  it('names a topic that is not there, to publisher and subscriber, and others are published', async () => {
    const known = `known-${randomUUID()}`;
    await ensureTopics({ brokers }, [{ topic: known, partitions: 1 }]);
    const [unknown, fine] = await Promise.allSettled([
      bus.publish([{ ...record, topic: 'nowhere' }]),
      bus.publish([{ ...record, topic: known }]),
    ]);
    expect(unknown).toMatchObject({ status: 'rejected', reason: { code: 'messaging.topic_unknown' } });
    expect(fine).toMatchObject({ status: 'fulfilled' });
    const subscribed = bus.subscribe({ group: 'g', topics: ['nowhere'], onBatch: () => Promise.resolve() });
    await expect(subscribed).rejects.toMatchObject({ code: 'messaging.topic_unknown' });
  });

  it('says at once that a topic is not there, so that nothing waits for it, and takes it once it is made', async () => {
    const topic = `later-${randomUUID()}`;
    const begunMs = performance.now();
    await expect(bus.publish([{ ...record, topic }])).rejects.toMatchObject({ code: 'messaging.topic_unknown' });
    expect(performance.now() - begunMs).toBeLessThan(2_000);
    await ensureTopics({ brokers }, [{ topic, partitions: 1 }]);
    await expect(bus.publish([{ ...record, topic }])).resolves.toBeUndefined();
  });

  it('names every topic that is missing, or makes all of them', async () => {
    const topics = ['one', 'two', 'two.dlq'].map((name) => `${name}-${randomUUID()}`);
    const [first = ''] = topics;
    await ensureTopics({ brokers }, [{ topic: first, partitions: 1 }]);
    const refused = prepareTopics({ brokers }, { topics });
    await expect(refused).rejects.toMatchObject({
      code: 'messaging.topics_missing',
      message: expect.stringContaining(`${topics[1]}, ${topics[2]}`),
    });
    await expect(refused).rejects.not.toMatchObject({ message: expect.stringContaining(first) });
    expect(await prepareTopics({ brokers }, { topics, create: { partitions: 2 } })).toEqual(topics.slice(1));
    expect(await missingTopics({ brokers }, topics)).toEqual([]);
    expect(await prepareTopics({ brokers }, { topics })).toEqual([]);
  });

  it('leaves a topic that is there as it is', async () => {
    const topic = `twice-${randomUUID()}`;
    await ensureTopics({ brokers }, [{ topic, partitions: 1 }]);
    await expect(ensureTopics({ brokers }, [{ topic, partitions: 3 }])).resolves.toBeUndefined();
  });

  it('says that it is unavailable when no broker listens there', async () => {
    const nobody = { brokers: ['127.0.0.1:1'], retries: 0 };
    const away = { code: 'messaging.unavailable', retryable: true };
    await expect(KafkaEventBus.open(nobody)).rejects.toMatchObject(away);
    await expect(ensureTopics(nobody, [{ topic: 't', partitions: 1 }])).rejects.toMatchObject(away);
  });
});
