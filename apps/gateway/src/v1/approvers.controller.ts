import { ApproverKey, ApproverKeyRegistration, listOf, type Principal, TokenClaims } from '@dmitry/contracts';
import { CurrentPrincipal, Roles, RouteSchema } from '@dmitry/kit/nest';
import { Pipeline } from '@dmitry/pipeline';
import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Put } from '@nestjs/common';
import { type Static, Type } from 'typebox';

const BySubject = Type.Object({ subject: TokenClaims.properties.sub });
type BySubject = Static<typeof BySubject>;

/** Public keys of approvers. The private keys never come near this service. */
@Controller('v1/approvers')
@Roles('operator', 'auditor', 'approver')
export class ApproversController {
  constructor(@Inject(Pipeline) private readonly pipeline: Pipeline) {}

  @Get()
  @RouteSchema({ response: listOf(ApproverKey) })
  async list(@CurrentPrincipal() principal: Principal) {
    return { items: await this.pipeline.approvers.list(principal.tenant) };
  }

  @Get(':subject/key')
  @RouteSchema({ params: BySubject, response: ApproverKey })
  get(@CurrentPrincipal() principal: Principal, @Param() { subject }: BySubject): Promise<ApproverKey> {
    return this.pipeline.approvers.find(principal.tenant, subject);
  }

  /** Holds from now on, in the place of the former. Votes that were counted before stay. */
  @Put(':subject/key')
  @Roles('operator')
  @RouteSchema({ params: BySubject, body: ApproverKeyRegistration, response: ApproverKey })
  register(
    @CurrentPrincipal() principal: Principal,
    @Param() { subject }: BySubject,
    @Body() { public_key: publicKey }: ApproverKeyRegistration,
  ): Promise<ApproverKey> {
    return this.pipeline.approvers.register(principal, subject, publicKey);
  }

  @Delete(':subject/key')
  @HttpCode(204)
  @Roles('operator')
  @RouteSchema({ params: BySubject })
  revoke(@CurrentPrincipal() principal: Principal, @Param() { subject }: BySubject): Promise<void> {
    return this.pipeline.approvers.revoke(principal, subject);
  }
}
