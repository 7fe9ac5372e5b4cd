import type { Principal } from '@dmitry/contracts';
import { Clock, currentRequest, DEVELOPMENT_SECRET, DmitryError, type LogFields, type Logger } from '@dmitry/kit';
import { createTokenVerifier, issueDevelopmentToken } from '@dmitry/kit/jose';
import { ManualClock, SeededIds } from '@dmitry/kit/memory';
import {
  createHttpApp,
  CurrentPrincipal,
  type HttpAdapterOptions,
  KitModule,
  PredecessorRoute,
  Public,
  Roles,
  RouteSchema,
} from '@dmitry/kit/nest';
import { Body, Controller, Delete, Get, Module, Param, Post, Query, Res } from '@nestjs/common';
import { Type } from 'typebox';

const Note = Type.Object(
  { title: Type.String({ minLength: 1 }), priority: Type.Integer({ minimum: 1, maximum: 5 }) },
  { additionalProperties: false },
);

@Controller('notes')
export class NotesController {
  @Post()
  @RouteSchema({ body: Note })
  create(@Body() note: { title: string; priority: number }, @CurrentPrincipal() principal: Principal) {
    return { note, principal, scope: { ...currentRequest() } };
  }

  @Public()
  @Get()
  @RouteSchema({
    query: Type.Object(
      {
        limit: Type.Integer({ minimum: 1, maximum: 100, default: 20 }),
        tag: Type.Optional(Type.Array(Type.String())),
        open: Type.Optional(Type.Boolean()),
      },
      { additionalProperties: false },
    ),
  })
  list(@Query() query: Record<string, unknown>) {
    return query;
  }

  @Public()
  @Get('by-number/:number')
  @RouteSchema({ params: Type.Object({ number: Type.Integer() }) })
  byNumber(@Param('number') number: number) {
    return { number, type: typeof number };
  }

  @Public()
  @Post('drafts')
  @RouteSchema({
    body: Type.Object({
      title: Type.String({ default: 'untitled' }),
      layout: Type.Optional(Type.Object({ columns: Type.Integer({ default: 2 }) })),
      tags: Type.Array(Type.String(), { default: [] }),
      foreign: Type.Optional(Type.Array(Type.Unknown())),
    }),
  })
  draft(@Body() draft: Record<string, unknown>) {
    return draft;
  }

  @Roles('operator', 'approver')
  @Delete(':id')
  remove() {
    return { removed: true };
  }
}

@Public()
@Controller('faults')
export class FaultsController {
  @Get('unknown')
  unknown() {
    throw new Error('the password is hunter2', { cause: new Error('disk 7 is full') });
  }

  @Get('later')
  later() {
    throw new DmitryError('auth.keys_unavailable', 'internal words', {
      publicDetail: 'Try again soon.',
      retryable: true,
      severity: 'warn',
      context: { retryAfterMs: 1200 },
    });
  }

  @Get('uncoded')
  uncoded() {
    throw new DmitryError('nobody.knows_this', 'secret words');
  }

  @Get('teapot')
  teapot() {
    throw Object.assign(new Error('short and stout'), { statusCode: 418 });
  }

  @Get('nothing')
  nothing() {
    // oxlint-disable-next-line typescript/only-throw-error -- careless code throws anything, and the edge must answer
    throw undefined;
  }

  @Get('stream')
  stream(@Res() reply: { raw: { write(text: string): void } }) {
    reply.raw.write('half');
    throw new DmitryError('internal.unexpected', 'the other half is missing');
  }

  @PredecessorRoute()
  @RouteSchema({ body: Type.Object({ message: Type.String() }) })
  @Post('old')
  old() {
    return { text: 'hello' };
  }
}

/** Log lines in order. */
export class MemoryLogger implements Logger {
  readonly lines: { level: string; event: string; fields: LogFields; requestId: string | undefined }[] = [];
  debug = this.at('debug');
  info = this.at('info');
  warn = this.at('warn');
  error = this.at('error');

  child(): Logger {
    return this;
  }

  private at(level: string) {
    return (event: string, fields: LogFields = {}): void => {
      this.lines.push({ level, event, fields, requestId: currentRequest()?.requestId });
    };
  }
}

export const clock = new ManualClock();
export const ids = new SeededIds(clock, 'example');

export const tokenFor = (roles: ('analyst' | 'operator' | 'approver')[], tenant_id = 'acme') =>
  issueDevelopmentToken({ claims: { sub: 'ada', tenant_id, roles }, clock, ids, mode: 'test' });

/** An app as production runs it, with two controllers. */
export async function exampleApp(options: HttpAdapterOptions & { trusting?: boolean } = {}) {
  const logger = new MemoryLogger();
  const verifierOn = (clock: Clock) => createTokenVerifier({ secret: DEVELOPMENT_SECRET, clock, mode: 'test' });
  const trusting = options.trusting ?? true;

  @Module({
    imports: [
      KitModule.forRoot({
        clock,
        ids,
        logger,
        ...(trusting ? { verifier: { inject: [Clock], useFactory: verifierOn } } : {}),
      }),
    ],
    controllers: [NotesController, FaultsController],
  })
  class ExampleModule {}

  const app = await createHttpApp({ ...options, module: ExampleModule, logger });
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
  return { app, logger };
}
