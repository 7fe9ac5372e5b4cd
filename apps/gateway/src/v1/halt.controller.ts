import { OPERATOR_TENANT, type Principal, strictObject, TenantId } from '@dmitry/contracts';
import { DmitryError } from '@dmitry/kit';
import { assertTenant, CurrentPrincipal, Roles, RouteSchema } from '@dmitry/kit/nest';
import { Pipeline } from '@dmitry/pipeline';
import { Body, Controller, Get, HttpCode, Inject, Post } from '@nestjs/common';
import { type Static, Type } from 'typebox';
import { OperatorsTenant } from '../operators-tenant.ts';

const Switch = strictObject({
  reason: Type.String({ minLength: 1, maxLength: 1_000 }),
  tenant: Type.Optional(TenantId),
  /** Every tenant; for operators of the deployment itself. */
  all: Type.Optional(Type.Boolean()),
});
type Switch = Static<typeof Switch>;

/** The switch that stops dispatch: for the caller's tenant, or for all by an operator of the deployment. */
@Controller('v1/halt')
export class HaltController {
  constructor(
    @Inject(Pipeline) private readonly pipeline: Pipeline,
    @Inject(OperatorsTenant) private readonly operators: OperatorsTenant,
  ) {}

  @Get()
  @Roles('operator', 'auditor', 'approver', 'analyst')
  state(@CurrentPrincipal() principal: Principal) {
    return this.pipeline.halts.state(principal.tenant);
  }

  /** Answers when nothing newer can leave, with what already did. */
  @Post()
  @HttpCode(200)
  @Roles('operator')
  @RouteSchema({ body: Switch })
  halt(@CurrentPrincipal() principal: Principal, @Body() body: Switch) {
    return this.pipeline.halts.halt(this.scopeOf(principal, body), { reason: body.reason, by: principal.subject });
  }

  @Post('resume')
  @HttpCode(200)
  @Roles('operator')
  @RouteSchema({ body: Switch })
  resume(@CurrentPrincipal() principal: Principal, @Body() body: Switch) {
    return this.pipeline.halts.resume(this.scopeOf(principal, body), { reason: body.reason, by: principal.subject });
  }

  private scopeOf(principal: Principal, { tenant, all = false }: Switch): string {
    assertTenant(principal, tenant);
    if (!all) return principal.tenant;
    if (principal.tenant === this.operators.tenant) return OPERATOR_TENANT;
    throw new DmitryError('auth.forbidden', "Only an operator of the deployment's own tenant may switch all tenants.", {
      severity: 'info',
    });
  }
}
