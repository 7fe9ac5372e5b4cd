/** Platform and PDRI with their reads cached. */
export { cachedPlatformClient } from './cached-platform-client.ts';
export { cachedPdriClient } from './cached-pdri-client.ts';
export { entityTag, FINDINGS_TAG } from './cached-read.ts';
export type { CachedReadPolicy } from './cached-read.ts';
