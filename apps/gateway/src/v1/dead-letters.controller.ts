import { DeadLetter, DeadLetterContent, pageOf as pageSchema, type Principal } from '@dmitry/contracts';
import { CurrentPrincipal, Roles, RouteSchema } from '@dmitry/kit/nest';
import { Pipeline } from '@dmitry/pipeline';
import { Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { type Static, Type } from 'typebox';
import { type Page, pageOf, pageQuery } from './paging.schema.ts';

const LettersQuery = pageQuery({ code: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })) });
type LettersQuery = Static<typeof LettersQuery>;
const ById = Type.Object({ id: DeadLetter.properties.id });
type ById = Static<typeof ById>;

/** Records that the tenant's pipeline refused, with why, and their way back once the cause is gone. */
@Controller('v1/dead-letters')
@Roles('operator', 'auditor')
export class DeadLettersController {
  constructor(@Inject(Pipeline) private readonly pipeline: Pipeline) {}

  /** Newest first. */
  @Get()
  @RouteSchema({ query: LettersQuery, response: pageSchema(DeadLetter) })
  async list(@CurrentPrincipal() principal: Principal, @Query() query: LettersQuery): Promise<Page<DeadLetter>> {
    return pageOf(await this.pipeline.deadLetters.list(principal.tenant, query), query.limit, ({ id }) => id);
  }

  @Get(':id')
  @RouteSchema({ params: ById, response: DeadLetterContent })
  get(@CurrentPrincipal() principal: Principal, @Param() { id }: ById): Promise<DeadLetterContent> {
    return this.pipeline.deadLetters.get(principal.tenant, id);
  }

  /** Publishes the original record to its topic again. */
  @Post(':id/replay')
  @HttpCode(202)
  @Roles('operator')
  @RouteSchema({ params: ById, response: DeadLetter })
  replay(@CurrentPrincipal() principal: Principal, @Param() { id }: ById): Promise<DeadLetter> {
    return this.pipeline.deadLetters.replay(principal.tenant, id);
  }
}
