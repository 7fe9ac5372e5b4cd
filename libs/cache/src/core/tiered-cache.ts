import { Buffer } from 'node:buffer';
import { type Clock, type IdSource, type Logger, silentLogger } from '@dmitry/kit';
import { type Metrics, silentMetrics } from '@dmitry/telemetry';
import { invalidateFailed, NotKept } from './cache.errors.ts';
import { checkOptions, entryKeyOf, ownTagKeyOf, tagKeyOf } from './cache-keys.ts';
import type { Cache, Cached, CacheKey, CacheOptions, Loaded, LoadOptions } from './cache.port.ts';
import type { CacheEntry, CacheTier, TagToken } from './cache-tier.port.ts';
import { openSealer, type ValueSealer } from './value-sealer.port.ts';

export interface TieredCacheParts {
  readonly tier: CacheTier;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly sealer?: ValueSealer;
  readonly logger?: Logger;
  readonly metrics?: Metrics;
  /** Largest share of the ttl that is taken off at random. @default 0.1 */
  readonly jitter?: number;
}

/** A value that was found, and whether it should be loaded anew behind it. */
interface Found<T> {
  readonly value: T;
  readonly ageMs: number;
  readonly fresh: boolean;
  readonly revalidate: boolean;
}

/** What a cache is, over any tier: freshness, one load at a time, sealing. */
export function createTieredCache(parts: TieredCacheParts): Cache {
  return new TieredCache(parts);
}

const keepAnything = (value: unknown): boolean => value !== null && value !== undefined;

class TieredCache implements Cache {
  private readonly flights = new Map<string, Promise<unknown>>();
  private readonly sealer: ValueSealer;
  private readonly logger: Logger;
  private readonly requests;

  constructor(private readonly parts: TieredCacheParts) {
    this.sealer = parts.sealer ?? openSealer;
    this.logger = parts.logger ?? silentLogger;
    const { metrics = silentMetrics } = parts;
    this.requests = metrics.counter('cache_requests_total', 'Look-ups by what they found', ['namespace', 'outcome']);
  }

  async get<T>(key: CacheKey): Promise<Cached<T>> {
    const found = await this.find<T>(key);
    this.count(key, found ? (found.fresh ? 'fresh' : 'stale') : 'missed');
    return found
      ? { kind: found.fresh ? 'fresh' : 'stale', value: found.value, ageMs: found.ageMs }
      : { kind: 'missed' };
  }

  async set(key: CacheKey, value: unknown, options: CacheOptions): Promise<void> {
    checkOptions(options);
    const tokens = await this.tokens(key, options);
    if (tokens) await this.store(key, value, options, tokens);
  }

  async getOrLoad<T>(key: CacheKey, load: () => Promise<T>, options: LoadOptions<T>): Promise<Loaded<T>> {
    checkOptions(options);
    const found = await this.find<T>(key);
    if (found?.fresh) return this.give(key, 'fresh', found);
    if (found?.revalidate) {
      this.load(key, load, options).catch((error: unknown) => this.warn('cache.revalidate_failed', error));
      return this.give(key, 'stale', found);
    }
    try {
      return this.give(key, 'loaded', { value: await this.load(key, load, options), ageMs: 0 });
    } catch (error) {
      if (found) return this.give(key, 'stale', found);
      if (error instanceof NotKept) return this.give(key, 'loaded', { value: error.value as T, ageMs: 0 });
      throw error;
    }
  }

  delete(key: CacheKey): Promise<void> {
    return this.invalidate([ownTagKeyOf(key)]);
  }

  invalidateTags(tenant: string, tags: readonly string[]): Promise<void> {
    return tags.length === 0 ? Promise.resolve() : this.invalidate(tags.map((tag) => tagKeyOf(tenant, tag)));
  }

  ping(): Promise<boolean> {
    return this.parts.tier.ping();
  }

  close(): Promise<void> {
    return this.parts.tier.close();
  }

  /**
   * Tokens are taken before the load begins and are part of the flight's name: what was invalidated meanwhile does not count once
   * stored, and whoever asks after the invalidation does not join a load that began before it.
   */
  private async load<T>(key: CacheKey, load: () => Promise<T>, options: LoadOptions<T>): Promise<T> {
    const tokens = await this.tokens(key, options);
    const flight = JSON.stringify([entryKeyOf(key), tokens]);
    const running = this.flights.get(flight);
    if (running) return running as Promise<T>;
    const loading = this.loadAndStore(key, load, options, tokens).finally(() => this.flights.delete(flight));
    this.flights.set(flight, loading);
    return loading;
  }

  private async loadAndStore<T>(
    key: CacheKey,
    load: () => Promise<T>,
    options: LoadOptions<T>,
    tokens: readonly TagToken[] | null,
  ): Promise<T> {
    const value = await load();
    if (!(options.keep ?? keepAnything)(value)) throw new NotKept(value);
    if (tokens) await this.store(key, value, options, tokens);
    return value;
  }

  private async find<T>(key: CacheKey): Promise<Found<T> | null> {
    const entryKey = entryKeyOf(key);
    try {
      const entry = await this.parts.tier.read(entryKey);
      const nowMs = this.parts.clock.now();
      if (!entry || nowMs >= entry.usableUntilMs) return null;
      const body = await this.sealer.open(key.tenant, entry.body, placeOf(entryKey, entry));
      if (!body) return null;
      const value = JSON.parse(Buffer.from(body).toString('utf8')) as T;
      const ageMs = Math.max(0, nowMs - entry.storedMs);
      return { value, ageMs, fresh: nowMs < entry.freshUntilMs, revalidate: nowMs < entry.revalidateUntilMs };
    } catch (error) {
      this.warn('cache.read_failed', error);
      return null;
    }
  }

  private async store(
    key: CacheKey,
    value: unknown,
    options: CacheOptions,
    tokens: readonly TagToken[],
  ): Promise<void> {
    const entryKey = entryKeyOf(key);
    const { clock, ids, jitter = 0.1, tier } = this.parts;
    const storedMs = clock.now();
    const ttlMs = options.ttlMs * (1 - jitter * ids.fraction());
    const until = (extraMs = 0): number => Math.ceil(storedMs + ttlMs + extraMs);
    const [freshUntilMs, revalidateUntilMs, graceUntilMs] = [
      until(),
      until(options.revalidateMs),
      until(options.graceMs),
    ];
    const head = {
      storedMs,
      freshUntilMs,
      revalidateUntilMs,
      usableUntilMs: Math.max(revalidateUntilMs, graceUntilMs),
      tokens,
    };
    try {
      const plain = Buffer.from(JSON.stringify(value), 'utf8');
      const body = await this.sealer.seal(key.tenant, plain, placeOf(entryKey, head));
      await tier.write(entryKey, { ...head, body });
    } catch (error) {
      this.warn('cache.write_failed', error);
    }
  }

  /** @returns null when the tier does not answer: then nothing is stored */
  private async tokens(
    key: CacheKey,
    { tags = [], ttlMs, revalidateMs = 0, graceMs = 0 }: CacheOptions,
  ): Promise<readonly TagToken[] | null> {
    const tagKeys = [ownTagKeyOf(key), ...tags.map((tag) => tagKeyOf(key.tenant, tag))];
    try {
      return await this.parts.tier.tokens(
        [...new Set(tagKeys)],
        ttlMs + Math.max(revalidateMs, graceMs) + LOAD_MARGIN_MS,
      );
    } catch (error) {
      this.warn('cache.read_failed', error);
      return null;
    }
  }

  private async invalidate(tagKeys: readonly string[]): Promise<void> {
    try {
      await this.parts.tier.invalidate(tagKeys);
    } catch (error) {
      throw invalidateFailed(error);
    }
  }

  private give<T>(key: CacheKey, kind: Loaded<T>['kind'], { value, ageMs }: { value: T; ageMs: number }): Loaded<T> {
    this.count(key, kind);
    return { kind, value, ageMs };
  }

  private count({ namespace }: CacheKey, outcome: string): void {
    this.requests.add(1, { namespace, outcome });
  }

  private warn(event: string, error: unknown): void {
    this.logger.warn(event, { error: error instanceof Error ? error.message : 'unknown' });
  }
}

/** Loads that take longer than this store in vain. */
const LOAD_MARGIN_MS = 300_000;

/** Binds a sealed body to its key and to everything that says how long it counts. */
const placeOf = (entryKey: string, head: Omit<CacheEntry, 'body'>): string =>
  JSON.stringify([entryKey, head.storedMs, head.freshUntilMs, head.revalidateUntilMs, head.usableUntilMs, head.tokens]);
