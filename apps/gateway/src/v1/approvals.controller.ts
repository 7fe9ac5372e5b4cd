import {
  Approval,
  APPROVAL_STATUSES,
  ApprovalWithdrawal,
  ASSURANCES,
  listOf,
  type Principal,
  strictObject,
  stringEnum,
  VoteResult,
} from '@dmitry/contracts';
import { CurrentPrincipal, Roles, RouteSchema } from '@dmitry/kit/nest';
import { Pipeline } from '@dmitry/pipeline';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { type Static, Type } from 'typebox';
import { Limit } from './paging.schema.ts';

const ApprovalsQuery = Type.Object({ limit: Limit, status: Type.Optional(stringEnum(APPROVAL_STATUSES)) });
type ApprovalsQuery = Static<typeof ApprovalsQuery>;
const ById = Type.Object({ id: Type.String({ minLength: 1, maxLength: 128 }) });
type ById = Static<typeof ById>;
const Vote = strictObject({
  approved: Type.Boolean(),
  nonce: Type.String({ minLength: 1, maxLength: 256 }),
  assurance: stringEnum(ASSURANCES, { default: 'session' }),
  signature: Type.Optional(Type.String({ maxLength: 256 })),
});
type Vote = Static<typeof Vote>;

/** What waits for a person, with complete parameters, and the person's answer. */
@Controller('v1/approvals')
export class ApprovalsController {
  constructor(@Inject(Pipeline) private readonly pipeline: Pipeline) {}

  @Get()
  @Roles('analyst', 'approver', 'operator', 'auditor')
  @RouteSchema({ query: ApprovalsQuery, response: listOf(Approval) })
  async list(@CurrentPrincipal() principal: Principal, @Query() query: ApprovalsQuery) {
    return { items: await this.pipeline.reads.approvals(principal.tenant, query) };
  }

  @Get(':id')
  @Roles('analyst', 'approver', 'operator', 'auditor')
  @RouteSchema({ params: ById, response: Approval })
  get(@CurrentPrincipal() principal: Principal, @Param() { id }: ById): Promise<Approval> {
    return this.pipeline.reads.approval(principal.tenant, id);
  }

  /** Counts one vote. A refusal is an answer with a code: `{status: "refused", code, message}`. */
  @Post(':id/votes')
  @HttpCode(200)
  @Roles('approver')
  @RouteSchema({ params: ById, body: Vote, response: VoteResult })
  async vote(@CurrentPrincipal() principal: Principal, @Param() { id }: ById, @Body() vote: Vote): Promise<VoteResult> {
    await this.pipeline.reads.approval(principal.tenant, id); // an id of another tenant is not found, and nothing is refused
    const outcome = await this.pipeline.approvals.vote(principal, { approvalId: id, via: 'api', ...vote });
    return outcome.status === 'refused' ? outcome : { status: outcome.status, approval: outcome.approval };
  }

  /** Nobody can vote on it any more. For whoever asked for the action, and for operators. */
  @Post(':id/withdraw')
  @HttpCode(200)
  @Roles('analyst', 'operator', 'service')
  @RouteSchema({ params: ById, body: ApprovalWithdrawal, response: Approval })
  withdraw(
    @CurrentPrincipal() principal: Principal,
    @Param() { id }: ById,
    @Body() { reason }: ApprovalWithdrawal,
  ): Promise<Approval> {
    return this.pipeline.approvals.withdraw(principal, id, reason);
  }
}
