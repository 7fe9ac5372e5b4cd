import type { Redis } from 'ioredis';
import { type Logger, silentLogger } from '@dmitry/kit';
import {
  type Consumed,
  consumedOf,
  type ConsumePlan,
  type ConsumeRequest,
  type Judged,
  planOf,
  type RateLimitStore,
  REPEAT_WINDOW_MS,
} from '../core/index.ts';
import { CONSUME_SCRIPT } from './consume-script.ts';
import { closeConnection, openLimitsConnection, type Script } from './limits-connection.ts';
import type { RedisLimitsOptions } from './limits-options.ts';

type Scripted = Redis & { consume: Script };

/**
 * Limits of a fleet: one atomic script per call, in the server's time. Failure mode: closed. A Redis that loses its memory admits at most
 * one burst per policy and key again.
 */
export async function openRedisRateLimitStore(options: RedisLimitsOptions): Promise<RateLimitStore> {
  const redis = await openLimitsConnection(options, { consume: CONSUME_SCRIPT });
  return new RedisRateLimitStore(redis as Scripted, options.logger ?? silentLogger);
}

class RedisRateLimitStore implements RateLimitStore {
  constructor(
    private readonly redis: Scripted,
    private readonly logger: Logger,
  ) {}

  async consume(request: ConsumeRequest): Promise<Consumed> {
    const plan = planOf(request);
    try {
      return consumedOf(request.charges, await this.judge(plan));
    } catch (error) {
      this.logger.warn('ratelimit.store_unavailable', { error: error instanceof Error ? error.message : 'unknown' });
      return { kind: 'unavailable', code: 'ratelimit.store_unavailable' };
    }
  }

  async ping(): Promise<boolean> {
    return this.redis.ping().then(
      () => true,
      () => false,
    );
  }

  close(): Promise<void> {
    return closeConnection(this.redis);
  }

  private async judge({ requestKey, gaugeKeys, gauges }: ConsumePlan): Promise<Judged> {
    const keys = [requestKey, ...gaugeKeys];
    const numbers = gauges.flatMap(({ unitUs, burst, cost }) => [unitUs, burst, cost]);
    const [verdict, , , ...pairs] = await this.redis.consume(keys.length, ...keys, REPEAT_WINDOW_MS, ...numbers);
    const readings = gauges.map((_gauge, at) => ({ aheadUs: pairs[2 * at] ?? 0, waitUs: pairs[2 * at + 1] ?? 0 }));
    return { allowed: verdict !== 0, readings };
  }
}
