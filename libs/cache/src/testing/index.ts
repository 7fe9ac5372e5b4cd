/** The contract suite of the cache. */
export { describeCacheContract } from './cache.contract.ts';
export type { CacheSubject } from './cache.contract.ts';
