/** The door of @dmitry/cache: values of a tenant for a while, never older than an acknowledged invalidation. */
export { Cache } from './cache.port.ts';
export type { Cached, CacheKey, CacheOptions, Loaded, LoadOptions } from './cache.port.ts';
export type { CacheEntry, CacheTier, TagToken } from './cache-tier.port.ts';
export { openSealer, ValueSealer } from './value-sealer.port.ts';
export { createTieredCache } from './tiered-cache.ts';
export type { TieredCacheParts } from './tiered-cache.ts';
