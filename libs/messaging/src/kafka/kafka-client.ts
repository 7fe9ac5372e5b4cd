import { silentLogger } from '@dmitry/kit';
import { type KafkaConfig, logLevel } from 'kafkajs';
import type { KafkaOptions } from './kafka-options.ts';

export const retryPolicy = ({ retries = 12 }: KafkaOptions): NonNullable<KafkaConfig['retry']> => ({
  initialRetryTime: 100,
  maxRetryTime: 2_000,
  retries: Math.max(1, retries), // an idempotent producer must be able to try again
});

export function clientConfig(options: KafkaOptions): KafkaConfig {
  const { brokers, clientId = 'dmitry', tls = false, sasl, requestTimeoutMs = 10_000, logger = silentLogger } = options;
  return {
    clientId,
    brokers: [...brokers],
    ssl: typeof tls === 'boolean' ? tls : { ...tls },
    ...(sasl ? { sasl: sasl as NonNullable<KafkaConfig['sasl']> } : {}),
    connectionTimeout: 3_000,
    requestTimeout: requestTimeoutMs,
    enforceRequestTimeout: true,
    retry: retryPolicy(options),
    logLevel: logLevel.WARN,
    // kafkajs reports what it recovers from by itself as errors: what matters reaches the caller as a fault
    logCreator:
      () =>
      ({ namespace, log }) =>
        logger.debug('messaging.kafka_client', { namespace, message: log.message }),
  };
}
