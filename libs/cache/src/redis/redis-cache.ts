import { type Cache, createTieredCache, type TieredCacheParts } from '../core/index.ts';
import { LocalCopies } from './local-copies.ts';
import { openRedisTier, type RedisTierOptions } from './redis-tier.ts';

export interface RedisCacheOptions extends Omit<TieredCacheParts, 'tier'>, RedisTierOptions {
  readonly logger?: NonNullable<TieredCacheParts['logger']>;
  /**
   * How long this process uses its own copy of an entry without asking Redis; another process's invalidation may go unseen that long.
   * 0 asks every time. @default 1 000
   */
  readonly localMs?: number;
  /** @default 32 MiB */
  readonly maxLocalBytes?: number;
}

/** Values of a fleet: Redis, with copies in this process in front of it. */
export async function openRedisCache(options: RedisCacheOptions): Promise<Cache> {
  const { clock, localMs = 1_000, maxLocalBytes } = options;
  const redis = await openRedisTier(options);
  const local = { clock, localMs, ...(maxLocalBytes === undefined ? {} : { maxLocalBytes }) };
  return createTieredCache({ ...options, tier: localMs > 0 ? new LocalCopies(redis, local) : redis });
}
