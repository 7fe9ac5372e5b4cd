import {
  Effect,
  EffectResolution,
  pageOf as pageSchema,
  type Principal,
  Run,
  RUN_STATUSES,
  RunCancellation,
  Sha256Hex,
  stringEnum,
} from '@dmitry/contracts';
import { CurrentPrincipal, Roles, RouteSchema } from '@dmitry/kit/nest';
import { Pipeline } from '@dmitry/pipeline';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { type Static, Type } from 'typebox';
import { type Page, pageOf, pageQuery } from './paging.schema.ts';

const RunsQuery = pageQuery({ finding: Type.Optional(Sha256Hex), status: Type.Optional(stringEnum(RUN_STATUSES)) });
type RunsQuery = Static<typeof RunsQuery>;
const ById = Type.Object({ id: Sha256Hex });
type ById = Static<typeof ById>;
const ByEffect = Type.Object({ id: Sha256Hex, effect_key: Effect.properties.effect_key });
type ByEffect = Static<typeof ByEffect>;

@Controller('v1/runs')
@Roles('analyst', 'approver', 'operator', 'auditor')
export class RunsController {
  constructor(@Inject(Pipeline) private readonly pipeline: Pipeline) {}

  @Get()
  @RouteSchema({ query: RunsQuery, response: pageSchema(Run) })
  async list(@CurrentPrincipal() principal: Principal, @Query() query: RunsQuery): Promise<Page<Run>> {
    return pageOf(await this.pipeline.reads.runs(principal.tenant, query), query.limit, ({ id }) => id);
  }

  @Get(':id')
  @RouteSchema({ params: ById, response: Run })
  get(@CurrentPrincipal() principal: Principal, @Param() { id }: ById): Promise<Run> {
    return this.pipeline.reads.run(principal.tenant, id);
  }

  /** Only while nothing has left. */
  @Post(':id/cancel')
  @HttpCode(200)
  @Roles('operator')
  @RouteSchema({ params: ById, body: RunCancellation, response: Run })
  cancel(
    @CurrentPrincipal() principal: Principal,
    @Param() { id }: ById,
    @Body() { reason }: RunCancellation,
  ): Promise<Run> {
    return this.pipeline.runs.cancel(principal, id, reason);
  }

  /** What a person found out of an effect of which nobody else could say whether it happened. */
  @Post(':id/effects/:effect_key/resolution')
  @HttpCode(200)
  @Roles('operator')
  @RouteSchema({ params: ByEffect, body: EffectResolution, response: Run })
  resolve(
    @CurrentPrincipal() principal: Principal,
    @Param() { id, effect_key: effectKey }: ByEffect,
    @Body() { outcome, reason }: EffectResolution,
  ): Promise<Run> {
    return this.pipeline.runs.resolve(principal, id, effectKey, { resolution: outcome, note: reason });
  }
}
