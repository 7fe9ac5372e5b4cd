/** The cache in a Nest application. */
export { CacheIndicator, CacheModule } from './cache.module.ts';
export type { CacheModuleOptions, CacheSurroundings } from './cache.module.ts';
