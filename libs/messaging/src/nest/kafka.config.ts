import { defineConfig } from '@dmitry/kit/config';
import { Type } from 'typebox';

/** Where events come from and go to. */
export const kafkaConfig = defineConfig({
  name: 'kafka',
  schema: Type.Object({ KAFKA_BROKERS: Type.String({ pattern: '^[^,\\s]+:\\d+(,[^,\\s]+:\\d+)*$' }) }),
  sensitive: [],
  docs: { KAFKA_BROKERS: 'Addresses of Kafka brokers, `host:port`, separated by commas.' },
});
