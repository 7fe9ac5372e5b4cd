import { DmitryError } from '@dmitry/kit';
import { CurrentPrincipal, Roles, RouteSchema } from '@dmitry/kit/nest';
import type { Principal } from '@dmitry/contracts';
import { Pipeline, type RecordOutcome } from '@dmitry/pipeline';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { type Static, Type } from 'typebox';
import { pageOf, pageQuery } from './paging.schema.ts';

const MAX_RECORDS = 500;
const Submission = Type.Object(
  {
    format: Type.Optional(Type.String({ maxLength: 64 })),
    source: Type.Optional(Type.String({ minLength: 1, maxLength: 512 })),
    records: Type.Array(Type.Unknown(), { minItems: 1, maxItems: MAX_RECORDS }),
  },
  { additionalProperties: false },
);
type Submission = Static<typeof Submission>;
const EventsQuery = pageQuery({});
type EventsQuery = Static<typeof EventsQuery>;
const EventPath = Type.Object({
  source: Type.String({ minLength: 1, maxLength: 512 }),
  id: Type.String({ minLength: 1, maxLength: 512 }),
});
type EventPath = Static<typeof EventPath>;

interface Counted {
  readonly accepted: number;
  readonly duplicates: number;
  readonly conflicts: number;
  readonly refused: number;
  readonly results: readonly RecordOutcome[];
}

@Controller('v1/events')
export class EventsController {
  constructor(@Inject(Pipeline) private readonly pipeline: Pipeline) {}

  /** Accepts up to 500 records. They are acknowledged when the answer comes; what was refused is said record by record. */
  @Post()
  @HttpCode(202)
  @Roles('service', 'operator')
  @RouteSchema({ body: Submission })
  async submit(@CurrentPrincipal() principal: Principal, @Body() body: Submission): Promise<Counted> {
    const { format, source } = body;
    const results = await this.pipeline.recorder.record(
      principal.tenant,
      body.records.map((record) => ({
        record,
        ...(format === undefined ? {} : { format }),
        ...(source === undefined ? {} : { source }),
      })),
    );
    const count = (status: RecordOutcome['status']) => results.filter((each) => each.status === status).length;
    return {
      accepted: count('accepted'),
      duplicates: count('duplicate'),
      conflicts: count('conflict'),
      refused: count('refused'),
      results,
    };
  }

  @Get()
  @Roles('analyst', 'operator', 'auditor')
  @RouteSchema({ query: EventsQuery })
  async list(@CurrentPrincipal() principal: Principal, @Query() query: EventsQuery) {
    const before = query.after === undefined ? {} : { before: serialOf(query.after) };
    const events = await this.pipeline.reads.events(principal.tenant, { limit: query.limit, ...before });
    const page = pageOf(events, query.limit, ({ serial }) => String(serial));
    return { ...page, items: page.items.map(({ serial: _serial, record: _record, ...event }) => event) };
  }

  @Get(':source/:id')
  @Roles('analyst', 'operator', 'auditor')
  @RouteSchema({ params: EventPath })
  get(@CurrentPrincipal() principal: Principal, @Param() { source, id }: EventPath) {
    return this.pipeline.reads.event(principal.tenant, source, id);
  }
}

function serialOf(cursor: string): number {
  if (/^\d{1,15}$/.test(cursor)) return Number(cursor);
  throw new DmitryError('request.invalid', 'The cursor in `after` is not one that a page named as `next`.', {
    severity: 'info',
  });
}
