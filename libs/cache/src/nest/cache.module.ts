import { type DynamicModule, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import type { HealthIndicator } from '@dmitry/health';
import { Clock, IdSource, Logger } from '@dmitry/kit';
import { Metrics } from '@dmitry/telemetry';
import { Cache, type TieredCacheParts, ValueSealer } from '../core/index.ts';

/** What the application gives to whoever opens its cache. */
export type CacheSurroundings = Omit<TieredCacheParts, 'tier' | 'jitter'>;

export interface CacheModuleOptions {
  /** Opens the cache: of one process, or of the fleet. A `ValueSealer` that the application provides is among the surroundings. */
  readonly open: (surroundings: CacheSurroundings) => Promise<Cache> | Cache;
}

/** Health indicator of the cache. Without it everything is loaded, so its trouble only degrades. */
export const CacheIndicator = Symbol('CacheIndicator');

/** The cache of the application, closed when it stops. */
@Module({})
export class CacheModule implements OnApplicationShutdown {
  constructor(@Inject(Cache) private readonly cache: Cache) {}

  static forRoot({ open }: CacheModuleOptions): DynamicModule {
    return {
      module: CacheModule,
      global: true,
      providers: [
        {
          provide: Cache,
          inject: [Clock, IdSource, Logger, { token: Metrics, optional: true }, { token: ValueSealer, optional: true }],
          useFactory: (clock: Clock, ids: IdSource, logger: Logger, metrics?: Metrics, sealer?: ValueSealer) =>
            open({ clock, ids, logger, ...(metrics ? { metrics } : {}), ...(sealer ? { sealer } : {}) }),
        },
        { provide: CacheIndicator, inject: [Cache], useFactory: indicatorOf },
      ],
      exports: [Cache, CacheIndicator],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.cache.close();
  }
}

const indicatorOf = (cache: Cache): HealthIndicator => ({
  name: 'cache',
  kind: 'neighbour',
  check: async () => ({ up: await cache.ping() }),
});
