import type { Clock } from '@dmitry/kit';
import type { CacheEntry, CacheTier, TagToken } from '../core/index.ts';

export interface LocalCopiesOptions {
  readonly clock: Clock;
  /** How long a copy is used without asking the tier behind it: the longest that another process's invalidation goes unseen. */
  readonly localMs: number;
  /** @default 32 MiB */
  readonly maxLocalBytes?: number;
}

interface Copy {
  readonly entry: CacheEntry;
  readonly untilMs: number;
}

/** Copies of entries in this process, in front of a tier that is shared. This process's own invalidations are seen at once. */
export class LocalCopies implements CacheTier {
  private readonly copies = new Map<string, Copy>();
  private bytes = 0;
  private invalidations = 0;

  constructor(
    private readonly behind: CacheTier,
    private readonly options: LocalCopiesOptions,
  ) {}

  async read(key: string): Promise<CacheEntry | null> {
    const copy = this.copies.get(key);
    if (copy && this.options.clock.monotonicMs() < copy.untilMs) return copy.entry;
    const before = this.invalidations;
    const entry = await this.behind.read(key);
    // What was read while something was invalidated may be what was invalidated.
    if (entry && before === this.invalidations) this.keep(key, entry);
    else this.drop(key);
    return entry;
  }

  async write(key: string, entry: CacheEntry): Promise<void> {
    this.drop(key);
    await this.behind.write(key, entry);
  }

  tokens(tagKeys: readonly string[], keepMs: number): Promise<readonly TagToken[]> {
    return this.behind.tokens(tagKeys, keepMs);
  }

  async invalidate(tagKeys: readonly string[]): Promise<void> {
    await this.behind.invalidate(tagKeys);
    this.invalidations += 1;
    const gone = new Set(tagKeys);
    for (const [key, { entry }] of this.copies) if (entry.tokens.some(([tag]) => gone.has(tag))) this.drop(key);
  }

  ping(): Promise<boolean> {
    return this.behind.ping();
  }

  close(): Promise<void> {
    this.copies.clear();
    return this.behind.close();
  }

  private keep(key: string, entry: CacheEntry): void {
    this.drop(key);
    const { clock, localMs, maxLocalBytes = 32 * 1024 * 1024 } = this.options;
    this.copies.set(key, { entry, untilMs: clock.monotonicMs() + localMs });
    this.bytes += entry.body.byteLength;
    for (const oldest of this.copies.keys()) {
      if (this.bytes <= maxLocalBytes) break;
      this.drop(oldest);
    }
  }

  private drop(key: string): void {
    const copy = this.copies.get(key);
    if (!copy) return;
    this.copies.delete(key);
    this.bytes -= copy.entry.body.byteLength;
  }
}
