import { Kafka } from 'kafkajs';
import { clientConfig } from './kafka-client.ts';
import { kafkaFault } from './kafka-faults.ts';
import type { KafkaOptions } from './kafka-options.ts';
import { patchRequestQueue } from './request-queue-patch.ts';

export interface TopicPlan {
  readonly topic: string;
  readonly partitions: number;
  /** @default the cluster's own */
  readonly replicas?: number;
}

/**
 * Makes the topics that are not there yet; those that are stay as they are. For development and tests: in production topics are the deployment's.
 * @throws DmitryError `messaging.unavailable`, `messaging.publish_failed` when the cluster refuses one
 */
export async function ensureTopics(options: KafkaOptions, topics: readonly TopicPlan[]): Promise<void> {
  patchRequestQueue();
  const admin = new Kafka(clientConfig(options)).admin();
  try {
    await admin.connect();
    const plans = topics.map(({ topic, partitions, replicas = -1 }) => ({
      topic,
      numPartitions: partitions,
      replicationFactor: replicas,
    }));
    await admin.createTopics({ topics: plans, waitForLeaders: true });
  } catch (error) {
    throw kafkaFault(error, topics.map(({ topic }) => topic).join(', '));
  } finally {
    await admin.disconnect();
  }
}
