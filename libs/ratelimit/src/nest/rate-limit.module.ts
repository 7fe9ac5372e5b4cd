import { type DynamicModule, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import type { HealthIndicator } from '@dmitry/health';
import { RateLimitStore } from '../core/index.ts';
import { RateLimitGuard, SubjectOf } from './rate-limit.guard.ts';

export interface RateLimitModuleOptions {
  /** Opens the store: of one process, or of the fleet. */
  readonly open: () => Promise<RateLimitStore>;
  readonly subjectOf: SubjectOf;
}

/** Health indicator of the store: while it is down, limited routes answer 503. */
export const RateLimitIndicator = Symbol('RateLimitIndicator');

/** The store and the guard; the application decides where the guard stands (after authentication). */
@Module({})
export class RateLimitModule implements OnApplicationShutdown {
  constructor(@Inject(RateLimitStore) private readonly store: RateLimitStore) {}

  static forRoot({ open, subjectOf }: RateLimitModuleOptions): DynamicModule {
    return {
      module: RateLimitModule,
      global: true,
      providers: [
        { provide: RateLimitStore, useFactory: open },
        { provide: SubjectOf, useValue: subjectOf },
        RateLimitGuard,
        { provide: RateLimitIndicator, inject: [RateLimitStore], useFactory: indicatorOf },
      ],
      exports: [RateLimitStore, SubjectOf, RateLimitGuard, RateLimitIndicator],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.store.close();
  }
}

const indicatorOf = (store: RateLimitStore): HealthIndicator => ({
  name: 'ratelimit',
  kind: 'own',
  check: async () => ({ up: await store.ping() }),
});
