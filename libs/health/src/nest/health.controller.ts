import { ServiceHealth, ServiceLiveness, ServiceReadiness } from '@dmitry/contracts';
import { Public, RouteSchema } from '@dmitry/kit/nest';
import { Controller, Get, Inject, Res } from '@nestjs/common';
import { HealthReporter } from '../core/index.ts';

/** What of a reply a controller touches. */
interface Reply {
  code(status: number): unknown;
}

/** `/live`, `/ready` and `/health`, without a token: orchestrators and neighbours have none. */
@Public()
@Controller()
export class HealthController {
  constructor(@Inject(HealthReporter) private readonly reporter: HealthReporter) {}

  @Get('live')
  @RouteSchema({ response: ServiceLiveness })
  live(): ServiceLiveness {
    return this.reporter.live();
  }

  /** 503 with the same body while a store of our own does not answer. */
  @Get('ready')
  @RouteSchema({ response: ServiceReadiness, other: { 503: ServiceReadiness } })
  async ready(@Res({ passthrough: true }) reply: Reply): Promise<ServiceReadiness> {
    const readiness = await this.reporter.ready();
    reply.code(readiness.ready ? 200 : 503);
    return readiness;
  }

  /** Always 200: the status stands in the body (domain contract 6.2). */
  @Get('health')
  @RouteSchema({ response: ServiceHealth })
  health(): Promise<ServiceHealth> {
    return this.reporter.health();
  }
}
