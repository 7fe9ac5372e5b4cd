/** A cache of a fleet, in Redis. */
export { openRedisCache } from './redis-cache.ts';
export type { RedisCacheOptions } from './redis-cache.ts';
export type { RedisTierOptions } from './redis-tier.ts';
