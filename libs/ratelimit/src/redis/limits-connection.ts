import { Redis } from 'ioredis';
import type { RedisLimitsOptions } from './limits-options.ts';
import { silentLogger } from '@dmitry/kit';

/** A script by its name: number of keys, keys, arguments. */
export type Script = (keys: number, ...args: (string | number)[]) => Promise<number[]>;

/** A connection with scripts defined on it. Opens although Redis is not there yet: until it is, every call rejects. */
export async function openLimitsConnection(
  options: RedisLimitsOptions,
  scripts: Readonly<Record<string, string>>,
): Promise<Redis> {
  const { url, timeoutMs = 250, logger = silentLogger } = options;
  const redis = new Redis(url, {
    lazyConnect: true,
    commandTimeout: timeoutMs,
    connectTimeout: 2_000,
    disconnectTimeout: 250, // a socket that does not end by itself must not hold up the process
    // A call that nobody waits for any more must never be sent later.
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
  });
  redis.on('error', (error: Error) => logger.warn('ratelimit.redis_error', { error: error.message }));
  for (const [name, lua] of Object.entries(scripts)) redis.defineCommand(name, { lua });
  await redis.connect().catch(() => undefined);
  return redis;
}

export const closeConnection = async (redis: Redis): Promise<void> => {
  await redis.quit().catch(() => redis.disconnect());
};
