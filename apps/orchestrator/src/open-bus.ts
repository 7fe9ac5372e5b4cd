import type { Logger } from '@dmitry/kit';
import { KafkaEventBus, type KafkaOptions, prepareTopics, type TopicNeeds } from '@dmitry/messaging/kafka';

/** No record is read or told before every topic is there: one that is missing is named at the start, not found out hours later. */
export async function openBus(
  options: KafkaOptions & { readonly logger: Logger },
  needs: TopicNeeds,
): Promise<KafkaEventBus> {
  const made = await prepareTopics(options, needs);
  if (made.length > 0) options.logger.info('topics_made', { topics: made });
  return KafkaEventBus.open(options);
}

interface TopicSettings {
  readonly KAFKA_CREATE_TOPICS: boolean;
  readonly KAFKA_TOPIC_PARTITIONS: number;
  readonly KAFKA_TOPIC_REPLICATION?: number;
}

export const topicCreation = (given: TopicSettings): Pick<TopicNeeds, 'create'> => {
  if (!given.KAFKA_CREATE_TOPICS) return {};
  const replicas = given.KAFKA_TOPIC_REPLICATION;
  return { create: { partitions: given.KAFKA_TOPIC_PARTITIONS, ...(replicas === undefined ? {} : { replicas }) } };
};
