// Which real services a run has, said with their versions and never with their addresses.

/** Service → the variable that tools/services sets for it. */
export const SERVICES = { postgres: 'DATABASE_URL', redis: 'REDIS_URL', kafka: 'KAFKA_BROKERS' };

const asks = {
  async postgres(url) {
    const { default: pg } = await import('pg');
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5000 });
    await client.connect();
    const { rows } = await client.query('show server_version');
    await client.end();
    return `PostgreSQL ${rows[0].server_version}`;
  },
  async redis(url) {
    const { Redis } = await import('ioredis');
    const client = new Redis(url, { connectTimeout: 5000, maxRetriesPerRequest: 1, lazyConnect: true });
    client.on('error', () => {}); // the rejected connect() below carries it
    try {
      await client.connect();
      const info = await client.info('server');
      return `Redis ${/redis_version:(\S+)/.exec(info)?.[1] ?? 'of unknown version'}`;
    } finally {
      client.disconnect();
    }
  },
  async kafka(brokers) {
    const { Kafka, logLevel } = await import('kafkajs');
    const kafka = new Kafka({
      brokers: brokers.split(','),
      logLevel: logLevel.NOTHING,
      connectionTimeout: 5000,
      retry: { retries: 1 },
    });
    const admin = kafka.admin();
    await admin.connect();
    const cluster = await admin.describeCluster();
    await admin.disconnect();
    // the protocol does not tell the release; tools/services knows what it started
    return `Kafka ${process.env.KAFKA_VERSION ?? ''}(${cluster.brokers.length} broker)`;
  },
};

/** @returns {Promise<{used: string[], missing: string[]}>} */
export async function services() {
  const used = [];
  const missing = [];
  for (const [name, variable] of Object.entries(SERVICES)) {
    const address = process.env[variable];
    try {
      if (address) used.push(await asks[name](address));
      else missing.push(`${name} (${variable} is not set)`);
    } catch (error) {
      missing.push(`${name} (${variable} is set, but it does not answer: ${error.code ?? error.name})`);
    }
  }
  return { used, missing };
}
