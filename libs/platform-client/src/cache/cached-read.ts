import type { Cache } from '@dmitry/cache';
import type { CallContext } from '@dmitry/outbound';
import type { ReadResult } from '../core/index.ts';

/** How long an answer is as good as a new one, and how much longer it may stand in for one. */
export interface CachedReadPolicy {
  /** @default 15 000 */
  readonly ttlMs?: number;
  /** @default 600 000 */
  readonly graceMs?: number;
}

/** Invalidated when an event touches the entity. */
export const entityTag = (entityId: string): string => `entity:${entityId}`;
/** Invalidated when findings change. */
export const FINDINGS_TAG = 'findings';

export interface CachedRead<T> {
  readonly operation: string;
  /** What tells answers of the operation apart. */
  readonly id: unknown;
  readonly tags: readonly string[];
  readonly call: () => Promise<ReadResult<T>>;
}

/** Codes that say something about the caller who made the call, and nothing about the neighbour. */
const OF_THE_CALLER: ReadonlySet<string> = new Set(['platform.aborted', 'platform.deadline']);

/**
 * Reads through a cache. What comes from it keeps the entry of the call that it came from, so it can be cited and its time be looked up;
 * what only stands in for a newer answer is `stale`. One call at a time for the same question; what is unavailable is not kept.
 */
export class CachedReads {
  constructor(
    private readonly cache: Cache,
    private readonly policy: CachedReadPolicy = {},
  ) {}

  async read<T>(context: CallContext, { operation, id, tags, call }: CachedRead<T>): Promise<ReadResult<T>> {
    let own = false;
    const load = (): Promise<ReadResult<T>> => {
      own = true;
      return call();
    };
    const { ttlMs = 15_000, graceMs = 600_000 } = this.policy;
    const key = { tenant: context.tenant, namespace: operation, id };
    const { kind, value, ageMs } = await this.cache.getOrLoad(key, load, { ttlMs, graceMs, tags, keep: isUsable });
    if (value.kind === 'unavailable') return OF_THE_CALLER.has(value.code) && !own ? call() : value;
    return kind === 'stale' ? { kind: 'stale', value: value.value, ageMs, entry: value.entry } : value;
  }
}

const isUsable = (result: ReadResult<unknown>): boolean => result.kind !== 'unavailable';
