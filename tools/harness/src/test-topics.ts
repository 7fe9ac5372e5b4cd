import { Kafka, logLevel } from 'kafkajs';

export interface ReadRecord {
  readonly key: string;
  readonly value: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Topics of one suite, and a producer. */
export interface TestTopics {
  create(topics: readonly string[], partitions?: number): Promise<void>;
  remove(topics: readonly string[]): Promise<void>;
  /** Resolves when every in-sync replica has them. */
  produce(topic: string, records: readonly { readonly key: string; readonly value: string }[]): Promise<void>;
  /** How many partitions each topic of the cluster has. */
  partitions(): Promise<ReadonlyMap<string, number>>;
  /** Everything that a topic holds now. */
  read(topic: string): Promise<readonly ReadRecord[]>;
  close(): Promise<void>;
}

/** Records in one request: well below what a broker takes at once, whatever they hold. */
const PRODUCE_BATCH = 200;

export async function openTestTopics(brokers: string, clientId: string): Promise<TestTopics> {
  const kafka = new Kafka({ clientId, brokers: brokers.split(','), logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  const producer = kafka.producer({ idempotent: true });
  await admin.connect();
  await producer.connect();
  return {
    create: async (topics, partitions = 3) => {
      const known = new Set(await admin.listTopics());
      const missing = topics.filter((topic) => !known.has(topic));
      if (missing.length === 0) return;
      await admin.createTopics({
        waitForLeaders: true,
        topics: missing.map((topic) => ({ topic, numPartitions: partitions, replicationFactor: 1 })),
      });
    },
    remove: (topics) => admin.deleteTopics({ topics: [...topics] }),
    produce: async (topic, records) => {
      for (let at = 0; at < records.length; at += PRODUCE_BATCH) {
        await producer.send({ topic, acks: -1, messages: records.slice(at, at + PRODUCE_BATCH) });
      }
    },
    partitions: async () => {
      const { topics } = await admin.fetchTopicMetadata();
      return new Map(topics.map(({ name, partitions }) => [name, partitions.length]));
    },
    read: (topic) => readAll(kafka, topic),
    close: async () => {
      await producer.disconnect();
      await admin.disconnect();
    },
  };
}

async function readAll(kafka: Kafka, topic: string): Promise<readonly ReadRecord[]> {
  const admin = kafka.admin();
  await admin.connect();
  const ends = await admin.fetchTopicOffsets(topic);
  await admin.disconnect();
  const missing = new Set(ends.filter(({ high, low }) => high !== low).map(({ partition }) => partition));
  const high = new Map(ends.map((end) => [end.partition, BigInt(end.high)]));
  if (missing.size === 0) return [];
  const consumer = kafka.consumer({ groupId: `read-${topic}-${process.pid}-${performance.now()}` });
  const records: ReadRecord[] = [];
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  try {
    await new Promise<void>((resolve, reject) => {
      consumer
        .run({
          eachMessage: ({ partition, message }) => {
            records.push({
              key: message.key?.toString('utf8') ?? '',
              value: message.value?.toString('utf8') ?? '',
              headers: Object.fromEntries(
                Object.entries(message.headers ?? {}).map(([name, value]) => [name, String(value)]),
              ),
            });
            if (BigInt(message.offset) + 1n >= (high.get(partition) ?? 0n)) missing.delete(partition);
            if (missing.size === 0) resolve();
            return Promise.resolve();
          },
        })
        .catch(reject);
    });
  } finally {
    await consumer.disconnect();
  }
  return records;
}
