import type { ServiceHealth, ServiceLiveness, ServiceReadiness } from '@dmitry/contracts';
import { type Clock, isoTime, type Logger } from '@dmitry/kit';
import { ServiceUnavailableException } from '@nestjs/common';
import type {
  HealthCheckResult,
  HealthCheckService,
  HealthIndicatorResult,
  HealthIndicatorService,
} from '@nestjs/terminus';
import {
  type HealthIndicator,
  type HealthReporter,
  indicatorDuplicate,
  IndicatorProbe,
  type ProbeOptions,
} from '../core/index.ts';

export interface ReporterOptions extends ProbeOptions {
  readonly service: string;
  readonly version: string;
}

/** What Terminus gives: the check over all, and the form of one result. */
export interface Terminus {
  readonly checks: HealthCheckService;
  readonly results: HealthIndicatorService;
}

const STATUS = { ok: 'healthy', degraded: 'degraded', error: 'unhealthy', shutting_down: 'unhealthy' } as const;

/** Health by Terminus: an own store that is down fails the check, a neighbour that is down degrades it. */
export class TerminusHealthReporter implements HealthReporter {
  private readonly probes: readonly IndicatorProbe[];
  private readonly startedMs: number;

  /** @throws DmitryError `health.indicator_duplicate` */
  constructor(
    indicators: readonly HealthIndicator[],
    private readonly options: ReporterOptions,
    private readonly terminus: Terminus,
    private readonly surroundings: { readonly clock: Clock; readonly logger: Logger },
  ) {
    const { clock, logger } = surroundings;
    const names = indicators.map(({ name }) => name);
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice !== undefined) throw indicatorDuplicate(twice);
    this.probes = indicators.map((indicator) => new IndicatorProbe(indicator, options, clock, logger));
    this.startedMs = clock.monotonicMs();
  }

  live(): ServiceLiveness {
    return { alive: true, timestamp: this.timestamp() };
  }

  async ready(): Promise<ServiceReadiness> {
    const { status, details } = await this.check();
    const dependencies = Object.entries(details).map(
      ([name, detail]) => [name, detail.status === 'up' ? 'healthy' : 'unavailable'] as const,
    );
    return {
      ready: STATUS[status] !== 'unhealthy',
      status: STATUS[status],
      dependencies: Object.fromEntries(dependencies),
      timestamp: this.timestamp(),
    };
  }

  async health(): Promise<ServiceHealth> {
    const { status, details } = await this.check();
    return {
      service: this.options.service,
      status: STATUS[status],
      version: this.options.version,
      uptime_seconds: Math.round(this.surroundings.clock.monotonicMs() - this.startedMs) / 1000,
      checks: Object.fromEntries(Object.entries(details).map(([name, detail]) => [name, detail.status === 'up'])),
      timestamp: this.timestamp(),
    };
  }

  /** Terminus throws what is not well; here it is an answer like any other. */
  private async check(): Promise<HealthCheckResult> {
    try {
      return await this.terminus.checks.check(this.probes.map((probe) => () => this.resultOf(probe)));
    } catch (error) {
      if (error instanceof ServiceUnavailableException) return error.getResponse() as HealthCheckResult;
      throw error;
    }
  }

  private async resultOf(probe: IndicatorProbe): Promise<HealthIndicatorResult> {
    const { name, kind } = probe.indicator;
    const { up, detail } = await probe.result();
    const session = this.terminus.results.check(name);
    if (up) return session.up();
    return kind === 'own' ? session.down(detail) : session.degraded(detail);
  }

  private timestamp(): string {
    return isoTime(this.surroundings.clock.now());
  }
}
