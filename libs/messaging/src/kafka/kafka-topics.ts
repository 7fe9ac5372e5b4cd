import { type Admin, Kafka } from 'kafkajs';
import { topicsMissing } from '../core/index.ts';
import { clientConfig } from './kafka-client.ts';
import { kafkaFault } from './kafka-faults.ts';
import type { KafkaOptions } from './kafka-options.ts';
import { patchRequestQueue } from './request-queue-patch.ts';

export interface TopicShape {
  readonly partitions: number;
  /** @default the cluster's own */
  readonly replicas?: number;
}

export interface TopicPlan extends TopicShape {
  readonly topic: string;
}

export interface TopicNeeds {
  readonly topics: readonly string[];
  /** How to make those that are not there. @default they are not made */
  readonly create?: TopicShape;
}

/**
 * Makes the topics that are not there yet; those that are stay as they are.
 * @throws DmitryError `messaging.unavailable`, `messaging.publish_failed` when the cluster refuses one
 */
export const ensureTopics = (options: KafkaOptions, topics: readonly TopicPlan[]): Promise<void> =>
  withAdmin(
    options,
    topics.map(({ topic }) => topic),
    async (admin) => {
      const plans = topics.map(({ topic, partitions, replicas = -1 }) => ({
        topic,
        numPartitions: partitions,
        replicationFactor: replicas,
      }));
      await admin.createTopics({ topics: plans, waitForLeaders: true });
    },
  );

/**
 * Which of the topics are not there, or not shown to this principal.
 * @throws DmitryError `messaging.unavailable`
 */
export const missingTopics = (options: KafkaOptions, topics: readonly string[]): Promise<readonly string[]> =>
  withAdmin(options, topics, async (admin) => {
    const there = new Set(await admin.listTopics());
    return topics.filter((topic) => !there.has(topic));
  });

/**
 * Sees to it that every topic is there before anything is read or told: makes what is missing where that is wanted.
 * @returns those that were made
 * @throws DmitryError `messaging.topics_missing` that names all of them, `messaging.unavailable`, `messaging.publish_failed`
 */
export async function prepareTopics(options: KafkaOptions, { topics, create }: TopicNeeds): Promise<readonly string[]> {
  const missing = await missingTopics(options, topics);
  if (missing.length === 0) return missing;
  if (!create) throw topicsMissing(missing);
  await ensureTopics(
    options,
    missing.map((topic) => ({ topic, ...create })),
  );
  return missing;
}

async function withAdmin<T>(
  options: KafkaOptions,
  topics: readonly string[],
  work: (admin: Admin) => Promise<T>,
): Promise<T> {
  patchRequestQueue();
  const admin = new Kafka(clientConfig(options)).admin();
  try {
    await admin.connect();
    return await work(admin);
  } catch (error) {
    throw kafkaFault(error, topics.join(', '));
  } finally {
    await admin.disconnect();
  }
}
