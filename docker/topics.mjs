// node topics.mjs: makes the topics that Dmitry reads and writes where they are not there yet, and their dead letters.
// For development: in production topics, their partitions and how long they keep records are the cluster's own.
// KAFKA_BROKERS; TOPIC_PARTITIONS (default 3).
import { deadLetterTopic, TOPICS } from '@dmitry/contracts';
import { ensureTopics } from '@dmitry/messaging/kafka';

const brokers = (process.env.KAFKA_BROKERS || '').split(',').filter(Boolean);
if (brokers.length === 0)
  throw new Error('KAFKA_BROKERS is not set: name the brokers, host:port, separated by commas.');
const partitions = Number(process.env.TOPIC_PARTITIONS || 3);
const topics = Object.values(TOPICS).flatMap((topic) => [topic, deadLetterTopic(topic)]);
await ensureTopics(
  { brokers },
  topics.map((topic) => ({ topic, partitions })),
);
process.stdout.write(`${topics.length} topics are there\n`);
