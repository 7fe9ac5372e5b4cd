import { Kafka, logLevel } from 'kafkajs';
import { ensureTopics, KafkaEventBus } from '../kafka/index.ts';
import type { BusHarness } from './event-bus.contract.ts';

/** A real cluster. Topics that a suite makes go with it. @param addresses `host:port`, separated by commas */
export function connectKafka(addresses: string): Promise<BusHarness> {
  const brokers = addresses.split(',');
  const topics: string[] = [];
  return Promise.resolve({
    open: () => KafkaEventBus.open({ brokers }),
    createTopic: async (topic: string, partitions: number) => {
      topics.push(topic);
      await ensureTopics({ brokers }, [{ topic, partitions }]);
    },
    close: () => deleteTopics(brokers, topics),
  });
}

async function deleteTopics(brokers: string[], topics: string[]): Promise<void> {
  const admin = new Kafka({ brokers, logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  if (topics.length > 0) await admin.deleteTopics({ topics });
  await admin.disconnect();
}
