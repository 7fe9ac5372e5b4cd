import { ActivePolicy, PolicyActivation, type Principal } from '@dmitry/contracts';
import { CurrentPrincipal, Roles, RouteSchema } from '@dmitry/kit/nest';
import { Pipeline } from '@dmitry/pipeline';
import { GatePolicy } from '@dmitry/safety-gate';
import { Body, Controller, Get, HttpCode, Inject, Post } from '@nestjs/common';

/** The policy by which the tenant's actions are judged. */
@Controller('v1/policies')
export class PoliciesController {
  constructor(@Inject(Pipeline) private readonly pipeline: Pipeline) {}

  @Get()
  @Roles('analyst', 'approver', 'operator', 'auditor')
  @RouteSchema({ response: ActivePolicy })
  active(@CurrentPrincipal() principal: Principal): Promise<ActivePolicy> {
    return this.pipeline.policies.active(principal.tenant);
  }

  /** Activates it and voids what waits under another. A version names one content for ever. */
  @Post()
  @HttpCode(200)
  @Roles('operator')
  @RouteSchema({ body: GatePolicy, response: PolicyActivation })
  activate(@CurrentPrincipal() principal: Principal, @Body() policy: GatePolicy): Promise<PolicyActivation> {
    return this.pipeline.policies.activate(principal, policy);
  }
}
