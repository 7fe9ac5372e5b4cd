import {
  Finding,
  FINDING_STATUSES,
  FindingEvent,
  listOf,
  pageOf as pageSchema,
  type Principal,
  Severity,
  Sha256Hex,
  stringEnum,
} from '@dmitry/contracts';
import { isoTime } from '@dmitry/kit';
import { CurrentPrincipal, Roles, RouteSchema } from '@dmitry/kit/nest';
import { Pipeline } from '@dmitry/pipeline';
import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { type Static, Type } from 'typebox';
import { pageOf, pageQuery } from './paging.schema.ts';

const FindingsQuery = pageQuery({
  status: Type.Optional(stringEnum(FINDING_STATUSES)),
  severity: Type.Optional(Severity),
  incident: Type.Optional(Sha256Hex),
});
type FindingsQuery = Static<typeof FindingsQuery>;
const ById = Type.Object({ id: Sha256Hex });
type ById = Static<typeof ById>;

@Controller('v1/findings')
@Roles('analyst', 'approver', 'operator', 'auditor')
export class FindingsController {
  constructor(@Inject(Pipeline) private readonly pipeline: Pipeline) {}

  @Get()
  @RouteSchema({ query: FindingsQuery, response: pageSchema(Finding) })
  async list(@CurrentPrincipal() principal: Principal, @Query() query: FindingsQuery) {
    const findings = await this.pipeline.reads.findings(principal.tenant, query);
    return pageOf(findings, query.limit, ({ id }) => id);
  }

  @Get(':id')
  @RouteSchema({ params: ById, response: Finding })
  get(@CurrentPrincipal() principal: Principal, @Param() { id }: ById) {
    return this.pipeline.reads.finding(principal.tenant, id);
  }

  /** The events that a finding rests on, by time. */
  @Get(':id/events')
  @RouteSchema({ params: ById, response: listOf(FindingEvent) })
  async events(@CurrentPrincipal() principal: Principal, @Param() { id }: ById) {
    const events = await this.pipeline.reads.findingEvents(principal.tenant, id);
    return { items: events.map(({ timeMs, ...event }): FindingEvent => ({ ...event, time: isoTime(timeMs) })) };
  }
}
