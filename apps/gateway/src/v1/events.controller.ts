import {
  EventSubmission,
  ListedEvent,
  pageOf as pageSchema,
  type Principal,
  StoredEvent,
  type SubmissionResult,
  SubmittedEvents,
} from '@dmitry/contracts';
import { isoTime } from '@dmitry/kit';
import { CurrentPrincipal, Roles, RouteSchema } from '@dmitry/kit/nest';
import { type KeptEvent, Pipeline, type RecordOutcome } from '@dmitry/pipeline';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query, RawBody } from '@nestjs/common';
import { type Static, Type } from 'typebox';
import { cursorOf, namedBy } from './event-cursor.ts';
import { type Page, pageOf, pageQuery } from './paging.schema.ts';

const EventsQuery = pageQuery({});
type EventsQuery = Static<typeof EventsQuery>;
const EventPath = Type.Object({
  source: Type.String({ minLength: 1, maxLength: 512 }),
  id: Type.String({ minLength: 1, maxLength: 512 }),
});
type EventPath = Static<typeof EventPath>;

@Controller('v1/events')
export class EventsController {
  constructor(@Inject(Pipeline) private readonly pipeline: Pipeline) {}

  /** Accepts up to 500 records. They are acknowledged when the answer comes; what was refused is said record by record. */
  @Post()
  @HttpCode(202)
  @Roles('service', 'operator')
  @RouteSchema({ body: EventSubmission, response: SubmittedEvents })
  async submit(
    @CurrentPrincipal() principal: Principal,
    @Body() { format, source, records }: EventSubmission,
    @RawBody() body: Buffer,
  ): Promise<SubmittedEvents> {
    const named = { ...(format === undefined ? {} : { format }), ...(source === undefined ? {} : { source }) };
    const events = records.map((record) => ({ record, ...named }));
    const outcomes = await this.pipeline.submissions.submit(principal.tenant, { events, body });
    const count = (status: RecordOutcome['status']) => outcomes.filter((each) => each.status === status).length;
    return {
      accepted: count('accepted'),
      duplicates: count('duplicate'),
      conflicts: count('conflict'),
      refused: count('refused'),
      results: outcomes.map(resultOf),
    };
  }

  @Get()
  @Roles('analyst', 'operator', 'auditor')
  @RouteSchema({ query: EventsQuery, response: pageSchema(ListedEvent) })
  async list(@CurrentPrincipal() principal: Principal, @Query() query: EventsQuery): Promise<Page<ListedEvent>> {
    const before = query.after === undefined ? {} : { before: namedBy(query.after) };
    const events = await this.pipeline.reads.events(principal.tenant, { limit: query.limit, ...before });
    const page = pageOf(events, query.limit, cursorOf);
    return { ...page, items: page.items.map(listed) };
  }

  @Get(':source/:id')
  @Roles('analyst', 'operator', 'auditor')
  @RouteSchema({ params: EventPath, response: StoredEvent })
  async get(@CurrentPrincipal() principal: Principal, @Param() { source, id }: EventPath): Promise<StoredEvent> {
    const kept = await this.pipeline.reads.event(principal.tenant, source, id);
    return { ...listed(kept), record: kept.record };
  }
}

const resultOf = (outcome: RecordOutcome): SubmissionResult =>
  outcome.status === 'refused'
    ? {
        status: outcome.status,
        faults: outcome.faults.map(({ code, pointer, message }) => ({ code, pointer, message })),
      }
    : { status: outcome.status, source: outcome.source, event_id: outcome.eventId };

const listed = ({ source, id, timeMs, receivedMs, digest, format, event }: KeptEvent): ListedEvent => ({
  source,
  id,
  time: isoTime(timeMs),
  received_at: isoTime(receivedMs),
  digest,
  format,
  event,
});
