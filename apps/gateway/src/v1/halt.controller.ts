import { HaltResult, HaltStatus, OPERATOR_TENANT, type Principal, strictObject, TenantId } from '@dmitry/contracts';
import { DmitryError, isoTime } from '@dmitry/kit';
import { assertTenant, CurrentPrincipal, Roles, RouteSchema } from '@dmitry/kit/nest';
import { Pipeline } from '@dmitry/pipeline';
import { RateLimit } from '@dmitry/ratelimit/nest';
import type { Halt, HaltState } from '@dmitry/safety-gate';
import { Body, Controller, Get, HttpCode, Inject, Post } from '@nestjs/common';
import { type Static, Type } from 'typebox';
import { OperatorsTenant } from '../operators-tenant.ts';

const Switch = strictObject({
  reason: Type.String({ minLength: 1, maxLength: 1_000 }),
  tenant: Type.Optional(TenantId),
  /** Every tenant; for operators of the deployment itself. */
  all: Type.Boolean({ default: false }),
});
type Switch = Static<typeof Switch>;

/** The switch that stops dispatch: for the caller's tenant, or for all by an operator of the deployment. */
@Controller('v1/halt')
@RateLimit() // what stops everything waits for no limit, and works while the store of limits is down
export class HaltController {
  constructor(
    @Inject(Pipeline) private readonly pipeline: Pipeline,
    @Inject(OperatorsTenant) private readonly operators: OperatorsTenant,
  ) {}

  @Get()
  @Roles('operator', 'auditor', 'approver', 'analyst')
  @RouteSchema({ response: HaltStatus })
  async state(@CurrentPrincipal() principal: Principal): Promise<HaltStatus> {
    return statusOf(await this.pipeline.halts.state(principal.tenant));
  }

  /** Answers when nothing newer can leave, with what already did. */
  @Post()
  @HttpCode(200)
  @Roles('operator')
  @RouteSchema({ body: Switch, response: HaltResult })
  async halt(@CurrentPrincipal() principal: Principal, @Body() body: Switch): Promise<HaltResult> {
    const change = { reason: body.reason, by: principal.subject };
    const halted = await this.pipeline.halts.halt(this.scopeOf(principal, body), change);
    return { ...statusOf(halted), in_flight: [...halted.in_flight] };
  }

  @Post('resume')
  @HttpCode(200)
  @Roles('operator')
  @RouteSchema({ body: Switch, response: HaltStatus })
  async resume(@CurrentPrincipal() principal: Principal, @Body() body: Switch): Promise<HaltStatus> {
    const change = { reason: body.reason, by: principal.subject };
    return statusOf(await this.pipeline.halts.resume(this.scopeOf(principal, body), change));
  }

  private scopeOf(principal: Principal, { tenant, all }: Switch): string {
    assertTenant(principal, tenant);
    if (!all) return principal.tenant;
    if (principal.tenant === this.operators.tenant) return OPERATOR_TENANT;
    throw new DmitryError('auth.forbidden', "Only an operator of the deployment's own tenant may switch all tenants.", {
      severity: 'info',
    });
  }
}

const statusOf = ({ halted, tenant, all }: HaltState): HaltStatus => ({ halted, tenant: wire(tenant), all: wire(all) });

const wire = ({ halted, reason, sinceMs, entryId }: Halt): HaltStatus['tenant'] => ({
  halted,
  reason,
  since: sinceMs === null ? null : isoTime(sinceMs),
  entry_id: entryId,
});
