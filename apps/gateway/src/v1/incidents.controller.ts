import { type Principal, Sha256Hex } from '@dmitry/contracts';
import { CurrentPrincipal, Roles, RouteSchema } from '@dmitry/kit/nest';
import { Pipeline } from '@dmitry/pipeline';
import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { type Static, Type } from 'typebox';

const IncidentsQuery = Type.Object({ limit: Type.Integer({ minimum: 1, maximum: 200, default: 50 }) });
type IncidentsQuery = Static<typeof IncidentsQuery>;
const ById = Type.Object({ id: Sha256Hex });
type ById = Static<typeof ById>;

@Controller('v1/incidents')
@Roles('analyst', 'approver', 'operator', 'auditor')
export class IncidentsController {
  constructor(@Inject(Pipeline) private readonly pipeline: Pipeline) {}

  /** Best first. */
  @Get()
  @RouteSchema({ query: IncidentsQuery })
  async list(@CurrentPrincipal() principal: Principal, @Query() { limit }: IncidentsQuery) {
    return { items: await this.pipeline.reads.incidents(principal.tenant, { limit }) };
  }

  /** The incident, and what the analyst last said of it. */
  @Get(':id')
  @RouteSchema({ params: ById })
  async get(@CurrentPrincipal() principal: Principal, @Param() { id }: ById) {
    const { incident, advice } = await this.pipeline.reads.incident(principal.tenant, id);
    return {
      ...incident,
      advice: advice && { revision: advice.revision, decisions: advice.decisions, ...wire(advice.advice) },
    };
  }
}

const wire = (advice: unknown): { readonly answer: unknown } => ({ answer: advice });
