import { type DynamicModule, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import type { HealthIndicator } from '@dmitry/health';
import { RateLimitStore } from '../core/index.ts';
import type { RouteLimit } from './rate-limit.decorator.ts';
import { RateLimitGuard, SubjectOf, UsualLimits } from './rate-limit.guard.ts';

export interface RateLimitModuleOptions {
  /** Opens the store: of one process, or of the fleet. */
  readonly open: () => Promise<RateLimitStore>;
  readonly subjectOf: SubjectOf;
  /**
   * Limits of every route that declares none of its own. With them the guard stands before every route, behind the guards of modules that
   * were imported earlier. @default none: the application says where the guard stands
   */
  readonly usual?: readonly RouteLimit[];
}

/** Health indicator of the store: while it is down, limited routes answer 503. */
export const RateLimitIndicator = Symbol('RateLimitIndicator');

/** The store and the guard, which stands after authentication. */
@Module({})
export class RateLimitModule implements OnApplicationShutdown {
  constructor(@Inject(RateLimitStore) private readonly store: RateLimitStore) {}

  static forRoot({ open, subjectOf, usual }: RateLimitModuleOptions): DynamicModule {
    return {
      module: RateLimitModule,
      global: true,
      providers: [
        { provide: RateLimitStore, useFactory: open },
        { provide: SubjectOf, useValue: subjectOf },
        { provide: UsualLimits, useValue: usual ?? [] },
        RateLimitGuard,
        ...(usual ? [{ provide: APP_GUARD, useExisting: RateLimitGuard }] : []),
        { provide: RateLimitIndicator, inject: [RateLimitStore], useFactory: indicatorOf },
      ],
      exports: [RateLimitStore, SubjectOf, UsualLimits, RateLimitGuard, RateLimitIndicator],
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
