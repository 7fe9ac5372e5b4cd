/** A cache of one process. */
export { createMemoryCache } from './memory-cache.ts';
export type { MemoryCacheOptions } from './memory-cache.ts';
export { MemoryTier } from './memory-tier.ts';
export type { MemoryTierOptions } from './memory-tier.ts';
