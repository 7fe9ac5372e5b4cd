import type { Clock } from '@dmitry/kit';
import type { CacheEntry, CacheTier, TagToken } from '../core/index.ts';

export interface MemoryTierOptions {
  readonly clock: Clock;
  /** Most bytes of values and keys, roughly counted. @default 64 MiB */
  readonly maxBytes?: number;
  /** Tags that are remembered; forgetting one invalidates what has it. @default 100 000 */
  readonly maxTags?: number;
}

/** What an entry costs beside its body. */
const OVERHEAD_BYTES = 512;

const sizeOf = (entry: CacheEntry): number => entry.body.byteLength + OVERHEAD_BYTES + entry.tokens.length * 160;

/** Entries of one process, least recently used out first. */
export class MemoryTier implements CacheTier {
  private readonly entries = new Map<string, CacheEntry>();
  private readonly tags = new Map<string, string>();
  private bytes = 0;
  private issued = 0;

  constructor(private readonly options: MemoryTierOptions) {}

  /** Bytes in use. */
  get size(): number {
    return this.bytes;
  }

  async read(key: string): Promise<CacheEntry | null> {
    const entry = this.entries.get(key);
    if (!entry) return null;
    this.drop(key);
    if (!this.holds(entry) || this.options.clock.now() >= entry.usableUntilMs) return null;
    this.keep(key, entry);
    return entry;
  }

  async write(key: string, entry: CacheEntry): Promise<void> {
    if (!this.holds(entry)) return;
    this.drop(key);
    const { maxBytes = 64 * 1024 * 1024 } = this.options;
    if (sizeOf(entry) > maxBytes) return;
    this.keep(key, entry);
    for (const oldest of this.entries.keys()) {
      if (this.bytes <= maxBytes) break;
      this.drop(oldest);
    }
  }

  async tokens(tagKeys: readonly string[]): Promise<readonly TagToken[]> {
    const tokens = tagKeys.map((tag): TagToken => [tag, this.tags.get(tag) ?? `${(this.issued += 1)}`]);
    for (const [tag, token] of tokens) this.touch(tag, token);
    return tokens;
  }

  async invalidate(tagKeys: readonly string[]): Promise<void> {
    for (const tag of tagKeys) this.tags.delete(tag);
  }

  ping(): Promise<boolean> {
    return Promise.resolve(true);
  }

  close(): Promise<void> {
    this.entries.clear();
    this.tags.clear();
    this.bytes = 0;
    return Promise.resolve();
  }

  private holds(entry: CacheEntry): boolean {
    return entry.tokens.every(([tag, token]) => this.tags.get(tag) === token);
  }

  private touch(tag: string, token: string): void {
    this.tags.delete(tag);
    this.tags.set(tag, token);
    const { maxTags = 100_000 } = this.options;
    for (const oldest of this.tags.keys()) {
      if (this.tags.size <= maxTags) break;
      this.tags.delete(oldest);
    }
  }

  private keep(key: string, entry: CacheEntry): void {
    this.entries.set(key, entry);
    this.bytes += sizeOf(entry);
  }

  private drop(key: string): void {
    const entry = this.entries.get(key);
    if (!entry) return;
    this.entries.delete(key);
    this.bytes -= sizeOf(entry);
  }
}
