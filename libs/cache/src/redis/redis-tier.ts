import { Buffer } from 'node:buffer';
import { Redis } from 'ioredis';
import { type Clock, type IdSource, type Logger, silentLogger } from '@dmitry/kit';
import type { CacheEntry, CacheTier, TagToken } from '../core/index.ts';
import { READ_SCRIPT, TOKENS_SCRIPT, WRITE_SCRIPT } from './cache-scripts.ts';

export interface RedisTierOptions {
  readonly url: string;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly logger?: Logger;
  /** Longest wait for an answer; beyond it a look-up is a miss. @default 100 */
  readonly timeoutMs?: number;
  /** Larger bodies are not stored. @default 1 MiB */
  readonly maxEntryBytes?: number;
}

type Scripted = Redis & {
  readEntryBuffer(key: string): Promise<[Buffer, Buffer] | null>;
  writeEntry(key: string, head: string, tokens: string, body: Buffer, keepMs: number): Promise<number>;
  tagTokens(keys: number, ...args: (string | number)[]): Promise<string[]>;
};

type Head = Omit<CacheEntry, 'body'>;

/** Entries of a fleet. Opens although Redis is not there yet: until it is, everything is a miss. */
export async function openRedisTier(options: RedisTierOptions): Promise<CacheTier> {
  const { url, timeoutMs = 100, logger = silentLogger } = options;
  const redis = new Redis(url, {
    lazyConnect: true,
    commandTimeout: timeoutMs,
    connectTimeout: 2_000,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
  });
  redis.on('error', (error: Error) => logger.warn('cache.redis_error', { error: error.message }));
  redis.defineCommand('readEntry', { lua: READ_SCRIPT, numberOfKeys: 1 });
  redis.defineCommand('writeEntry', { lua: WRITE_SCRIPT, numberOfKeys: 1 });
  redis.defineCommand('tagTokens', { lua: TOKENS_SCRIPT });
  await redis.connect().catch(() => undefined);
  return new RedisTier(redis as Scripted, options);
}

class RedisTier implements CacheTier {
  constructor(
    private readonly redis: Scripted,
    private readonly options: RedisTierOptions,
  ) {}

  async read(key: string): Promise<CacheEntry | null> {
    const reply = await this.redis.readEntryBuffer(key);
    if (!reply) return null;
    const [head, body] = reply;
    return { ...(JSON.parse(head.toString('utf8')) as Head), body };
  }

  async write(key: string, { body, ...head }: CacheEntry): Promise<void> {
    const { clock, maxEntryBytes = 1024 * 1024 } = this.options;
    const keepMs = Math.ceil(head.usableUntilMs - clock.now());
    if (keepMs <= 0 || body.byteLength > maxEntryBytes) return;
    const tokens = head.tokens.map(([tag, token]) => `${tag}=${token}`).join(' ');
    await this.redis.writeEntry(key, JSON.stringify(head), tokens, Buffer.from(body), keepMs);
  }

  async tokens(tagKeys: readonly string[], keepMs: number): Promise<readonly TagToken[]> {
    const tokens = await this.redis.tagTokens(tagKeys.length, ...tagKeys, this.options.ids.uuid(), Math.ceil(keepMs));
    return tagKeys.map((tag, at): TagToken => [tag, tokens[at] ?? '']);
  }

  async invalidate(tagKeys: readonly string[]): Promise<void> {
    await this.redis.del(...tagKeys);
  }

  async ping(): Promise<boolean> {
    return this.redis.ping().then(
      () => true,
      () => false,
    );
  }

  async close(): Promise<void> {
    await this.redis.quit().catch(() => this.redis.disconnect());
  }
}
