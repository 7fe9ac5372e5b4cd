import { Clock, Logger } from '@dmitry/kit';
import { type DynamicModule, type InjectionToken, Module } from '@nestjs/common';
import { HealthCheckService, HealthIndicatorService, TerminusModule } from '@nestjs/terminus';
import { type HealthIndicator, HealthReporter } from '../core/index.ts';
import { HealthController } from './health.controller.ts';
import { TerminusHealthReporter } from './terminus-health-reporter.ts';

export interface HealthModuleOptions {
  /** As registration and `/health` name it. */
  readonly service: string;
  readonly version: string;
  /** Tokens of indicators, or of lists of them, that other modules export. */
  readonly indicators: readonly InjectionToken[];
  /** Indicators of what else runs in this process and is no module of the app. */
  readonly further?: readonly HealthIndicator[];
  /** How long one check may take. @default 2000 */
  readonly timeoutMs?: number;
  /** How long an answer serves further probes. @default 1000 */
  readonly cacheMs?: number;
  /** Whether to serve `/live`, `/ready` and `/health`. @default true */
  readonly routes?: boolean;
}

/** Collects the indicators of an app and reports on them. Needs KitModule for clock and logger. */
@Module({})
export class HealthModule {
  static forRoot({
    routes = true,
    timeoutMs = 2000,
    cacheMs = 1000,
    further = [],
    ...rest
  }: HealthModuleOptions): DynamicModule {
    const options = { service: rest.service, version: rest.version, timeoutMs, cacheMs };
    return {
      module: HealthModule,
      global: true,
      imports: [TerminusModule.forRoot({ logger: false })], // changes are logged once, by the probes
      controllers: routes ? [HealthController] : [],
      providers: [
        {
          provide: HealthReporter,
          inject: [HealthCheckService, HealthIndicatorService, Clock, Logger, ...rest.indicators],
          useFactory: (
            checks: HealthCheckService,
            results: HealthIndicatorService,
            clock: Clock,
            logger: Logger,
            ...indicators: (HealthIndicator | readonly HealthIndicator[])[]
          ) =>
            new TerminusHealthReporter(
              [...indicators.flat(), ...further],
              options,
              { checks, results },
              { clock, logger },
            ),
        },
      ],
      exports: [HealthReporter],
    };
  }
}
