import type { Logger } from '@dmitry/kit';

export interface RedisLimitsOptions {
  readonly url: string;
  /** Longest wait for an answer; beyond it the store is unavailable, which means denied. @default 250 */
  readonly timeoutMs?: number;
  readonly logger?: Logger;
}
