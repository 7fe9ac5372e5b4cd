import { Action, EntryId, type Principal, Sha256Hex, strictObject, stringEnum, VERDICTS } from '@dmitry/contracts';
import { CurrentPrincipal, Roles, RouteSchema } from '@dmitry/kit/nest';
import { Pipeline } from '@dmitry/pipeline';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { type Static, Type } from 'typebox';
import { pageOf, pageQuery } from './paging.schema.ts';

const Proposal = strictObject({
  action: Action,
  finding_id: Type.Optional(Type.Union([Sha256Hex, Type.Null()])),
  confidence: Type.Number(),
  evidence: Type.Array(EntryId, { maxItems: 256 }),
});
type Proposal = Static<typeof Proposal>;
const DecisionsQuery = pageQuery({ verdict: Type.Optional(stringEnum(VERDICTS)), finding: Type.Optional(Sha256Hex) });
type DecisionsQuery = Static<typeof DecisionsQuery>;
const ById = Type.Object({ id: EntryId });
type ById = Static<typeof ById>;

/** Proposed actions and what the gate decided. */
@Controller('v1/actions')
export class ActionsController {
  constructor(@Inject(Pipeline) private readonly pipeline: Pipeline) {}

  /** Holds an action to the gate. ALLOW plans a run, STEP_UP waits for approvals, everything else says why not. */
  @Post()
  @HttpCode(202)
  @Roles('analyst', 'operator', 'service')
  @RouteSchema({ body: Proposal })
  propose(@CurrentPrincipal() principal: Principal, @Body() body: Proposal) {
    const { action, confidence, evidence, finding_id: findingId = null } = body;
    return this.pipeline.actions.propose(principal, { action, confidence, evidence, findingId });
  }

  @Get()
  @Roles('analyst', 'approver', 'operator', 'auditor')
  @RouteSchema({ query: DecisionsQuery })
  async list(@CurrentPrincipal() principal: Principal, @Query() query: DecisionsQuery) {
    const decisions = await this.pipeline.reads.decisions(principal.tenant, query);
    return pageOf(decisions, query.limit, ({ id }) => id ?? '');
  }

  @Get(':id')
  @Roles('analyst', 'approver', 'operator', 'auditor')
  @RouteSchema({ params: ById })
  get(@CurrentPrincipal() principal: Principal, @Param() { id }: ById) {
    return this.pipeline.reads.decision(principal.tenant, id);
  }
}
