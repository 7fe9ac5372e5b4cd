import {
  Action,
  ActionOutcome,
  Decision,
  EntryId,
  pageOf as pageSchema,
  type Principal,
  Sha256Hex,
  strictObject,
  stringEnum,
  VERDICTS,
} from '@dmitry/contracts';
import { CurrentPrincipal, Roles, RouteSchema } from '@dmitry/kit/nest';
import { Pipeline } from '@dmitry/pipeline';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { type Static, Type } from 'typebox';
import { pageOf, pageQuery } from './paging.schema.ts';

const Proposal = strictObject({
  action: Action,
  finding_id: Type.Union([Sha256Hex, Type.Null()], { default: null }),
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
  @RouteSchema({ body: Proposal, response: ActionOutcome })
  propose(@CurrentPrincipal() principal: Principal, @Body() body: Proposal): Promise<ActionOutcome> {
    const { action, confidence, evidence, finding_id: findingId } = body;
    return this.pipeline.actions.propose(principal, { action, confidence, evidence, findingId });
  }

  @Get()
  @Roles('analyst', 'approver', 'operator', 'auditor')
  @RouteSchema({ query: DecisionsQuery, response: pageSchema(Decision) })
  async list(@CurrentPrincipal() principal: Principal, @Query() query: DecisionsQuery) {
    const decisions = await this.pipeline.reads.decisions(principal.tenant, query);
    return pageOf(decisions, query.limit, ({ id }) => id ?? '');
  }

  @Get(':id')
  @Roles('analyst', 'approver', 'operator', 'auditor')
  @RouteSchema({ params: ById, response: Decision })
  get(@CurrentPrincipal() principal: Principal, @Param() { id }: ById) {
    return this.pipeline.reads.decision(principal.tenant, id);
  }
}
