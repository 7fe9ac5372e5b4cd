import { defineConfig } from '@dmitry/kit/config';
import { Type } from 'typebox';

/** Where events come from and go to. */
export const kafkaConfig = defineConfig({
  name: 'kafka',
  schema: Type.Object({ KAFKA_BROKERS: Type.String({ pattern: '^[^,\\s]+:\\d+(,[^,\\s]+:\\d+)*$' }) }),
  sensitive: [],
  docs: { KAFKA_BROKERS: 'Addresses of Kafka brokers, `host:port`, separated by commas.' },
});

/** What becomes of topics that are not there at the start. */
export const kafkaTopicsConfig = defineConfig({
  name: 'topics',
  schema: Type.Object({
    KAFKA_CREATE_TOPICS: Type.Boolean({ default: false }),
    KAFKA_TOPIC_PARTITIONS: Type.Integer({ minimum: 1, maximum: 10_000, default: 3 }),
    KAFKA_TOPIC_REPLICATION: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
  }),
  sensitive: [],
  docs: {
    KAFKA_CREATE_TOPICS:
      'Whether topics that are not there are made at the start. Without it the start ends with the names of those that are missing.',
    KAFKA_TOPIC_PARTITIONS: 'Partitions of a topic that is made.',
    KAFKA_TOPIC_REPLICATION: 'Replicas of a topic that is made; without it the cluster’s own default.',
  },
});
