import { type Cache, createTieredCache, type TieredCacheParts } from '../core/index.ts';
import { MemoryTier, type MemoryTierOptions } from './memory-tier.ts';

export type MemoryCacheOptions = Omit<TieredCacheParts, 'tier'> & MemoryTierOptions;

/** Values of one process. */
export const createMemoryCache = (options: MemoryCacheOptions): Cache =>
  createTieredCache({ ...options, tier: new MemoryTier(options) });
