import { type Principal, RUN_STATUSES, Sha256Hex, stringEnum } from '@dmitry/contracts';
import { CurrentPrincipal, Roles, RouteSchema } from '@dmitry/kit/nest';
import { Pipeline } from '@dmitry/pipeline';
import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { type Static, Type } from 'typebox';
import { pageOf, pageQuery } from './paging.schema.ts';

const RunsQuery = pageQuery({ finding: Type.Optional(Sha256Hex), status: Type.Optional(stringEnum(RUN_STATUSES)) });
type RunsQuery = Static<typeof RunsQuery>;
const ById = Type.Object({ id: Sha256Hex });
type ById = Static<typeof ById>;

@Controller('v1/runs')
@Roles('analyst', 'approver', 'operator', 'auditor')
export class RunsController {
  constructor(@Inject(Pipeline) private readonly pipeline: Pipeline) {}

  @Get()
  @RouteSchema({ query: RunsQuery })
  async list(@CurrentPrincipal() principal: Principal, @Query() query: RunsQuery) {
    return pageOf(await this.pipeline.reads.runs(principal.tenant, query), query.limit, ({ id }) => id);
  }

  @Get(':id')
  @RouteSchema({ params: ById })
  get(@CurrentPrincipal() principal: Principal, @Param() { id }: ById) {
    return this.pipeline.reads.run(principal.tenant, id);
  }
}
