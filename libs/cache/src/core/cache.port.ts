/** Whose value it is, and which. `namespace` is a name from code (`pdri.entity-risk`); `id` is whatever tells values of it apart. */
export interface CacheKey {
  readonly tenant: string;
  readonly namespace: string;
  /** JSON: its canonical form counts, so the order of members does not matter. */
  readonly id: unknown;
}

export interface CacheOptions {
  /** How long a value is fresh; shortened by a random share so that values stored together do not end together. */
  readonly ttlMs: number;
  /** How long after `ttlMs` a stale value is given at once while it is loaded anew behind it. @default 0 */
  readonly revalidateMs?: number;
  /** How long after `ttlMs` a stale value stands in when loading fails. @default 0 */
  readonly graceMs?: number;
  /** Names of this tenant's by which the value is invalidated. At most 16. */
  readonly tags?: readonly string[];
}

export interface LoadOptions<T> extends CacheOptions {
  /** Whether a loaded value is worth keeping; one that is not counts as a failed load. @default neither null nor undefined */
  readonly keep?: (value: T) => boolean;
}

export type Cached<T> =
  { readonly kind: 'fresh' | 'stale'; readonly value: T; readonly ageMs: number } | { readonly kind: 'missed' };

/** `loaded` now (ageMs 0), or found: fresh, or stale within the windows of its options. */
export interface Loaded<T> {
  readonly kind: 'loaded' | 'fresh' | 'stale';
  readonly value: T;
  readonly ageMs: number;
}

/**
 * Values of one tenant, as JSON, for a while. Never the truth: a cache that is down, full or empty makes misses, not faults.
 *
 * - No value is given that was loaded before an invalidation of this cache was acknowledged, not even by a load that was under way. An
 *   adapter that keeps local copies states for how long another process may still see one.
 * - `getOrLoad` loads once at a time per process for a key; all who wait get that load.
 * - A value sealed for a tenant opens for that tenant and key only; what does not open is a miss.
 */
export interface Cache {
  get<T>(key: CacheKey): Promise<Cached<T>>;
  /** Stores a value that was known before this call; use `getOrLoad` where an invalidation may come between. */
  set(key: CacheKey, value: unknown, options: CacheOptions): Promise<void>;
  /** Rejects with the load's fault when nothing can stand in for it. */
  getOrLoad<T>(key: CacheKey, load: () => Promise<T>, options: LoadOptions<T>): Promise<Loaded<T>>;
  /** @throws DmitryError `cache.invalidate_failed`: then old values may still be given */
  delete(key: CacheKey): Promise<void>;
  /** Everything of the tenant with one of the tags. Acknowledged when it resolves. @throws DmitryError `cache.invalidate_failed` */
  invalidateTags(tenant: string, tags: readonly string[]): Promise<void>;
  /** Whether the store behind it answers. */
  ping(): Promise<boolean>;
  close(): Promise<void>;
}
export const Cache = Symbol('Cache');
