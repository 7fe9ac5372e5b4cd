import { type DynamicModule, type InjectionToken, Module, type Provider } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR } from '@nestjs/core';
import { Clock, IdSource, Logger } from '../core/index.ts';
import type { TokenVerifier as Verifier } from '../jose/index.ts';
import { AuthGuard } from './auth.guard.ts';
import { Drain } from './drain.ts';
import { KnownRoutes } from './known-routes.ts';
import { ProblemFilter } from './problem.filter.ts';
import { RouteSchemaInterceptor } from './route-schema.interceptor.ts';
import { TokenVerifier } from './tokens.ts';

export interface KitModuleOptions {
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly logger: Logger;
  /** One that is there, or how to make it from what other modules provide. Without one, every route that is not public refuses. */
  readonly verifier?: Verifier | VerifierFactory;
}

export interface VerifierFactory {
  readonly inject: readonly InjectionToken[];
  // oxlint-disable-next-line typescript/no-explicit-any -- what is injected is as the tokens say
  readonly useFactory: (...injected: any[]) => Verifier | Promise<Verifier>;
}

const nobody: Verifier = {
  verify: () => Promise.resolve({ ok: false, code: 'auth.token_invalid', detail: 'This service trusts no tokens.' }),
};

const verifierProvider = (verifier: Verifier | VerifierFactory): Provider =>
  'useFactory' in verifier
    ? { provide: TokenVerifier, inject: [...verifier.inject], useFactory: verifier.useFactory }
    : { provide: TokenVerifier, useValue: verifier };

/** Clock, ids and logger for all modules; tokens demanded, requests checked and faults answered on every route. */
@Module({})
export class KitModule {
  static forRoot({ clock, ids, logger, verifier = nobody }: KitModuleOptions): DynamicModule {
    return {
      module: KitModule,
      global: true,
      providers: [
        { provide: Clock, useValue: clock },
        { provide: IdSource, useValue: ids },
        { provide: Logger, useValue: logger },
        verifierProvider(verifier),
        KnownRoutes,
        Drain,
        { provide: APP_GUARD, useClass: AuthGuard },
        { provide: APP_INTERCEPTOR, useClass: RouteSchemaInterceptor },
        { provide: APP_FILTER, useClass: ProblemFilter },
      ],
      exports: [Clock, IdSource, Logger, TokenVerifier, KnownRoutes, Drain],
    };
  }
}
