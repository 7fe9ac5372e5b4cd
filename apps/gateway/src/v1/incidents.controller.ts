import { AdvisedIncident, Incident, listOf, type Principal, Sha256Hex } from '@dmitry/contracts';
import { CurrentPrincipal, Roles, RouteSchema } from '@dmitry/kit/nest';
import { Pipeline } from '@dmitry/pipeline';
import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { type Static, Type } from 'typebox';
import { Limit } from './paging.schema.ts';

const IncidentsQuery = Type.Object({ limit: Limit });
type IncidentsQuery = Static<typeof IncidentsQuery>;
const ById = Type.Object({ id: Sha256Hex });
type ById = Static<typeof ById>;

@Controller('v1/incidents')
@Roles('analyst', 'approver', 'operator', 'auditor')
export class IncidentsController {
  constructor(@Inject(Pipeline) private readonly pipeline: Pipeline) {}

  /** Best first. */
  @Get()
  @RouteSchema({ query: IncidentsQuery, response: listOf(Incident) })
  async list(@CurrentPrincipal() principal: Principal, @Query() { limit }: IncidentsQuery) {
    return { items: await this.pipeline.reads.incidents(principal.tenant, { limit }) };
  }

  /** The incident, and what the analyst last said of it. */
  @Get(':id')
  @RouteSchema({ params: ById, response: AdvisedIncident })
  async get(@CurrentPrincipal() principal: Principal, @Param() { id }: ById): Promise<AdvisedIncident> {
    const { incident, advice } = await this.pipeline.reads.incident(principal.tenant, id);
    return {
      ...incident,
      advice: advice && { revision: advice.revision, decisions: [...advice.decisions], answer: advice.advice },
    };
  }
}
