import { EntryId, EntryType, type Principal, Sha256Hex, strictObject, stringEnum } from '@dmitry/contracts';
import { CurrentPrincipal, Roles, RouteSchema } from '@dmitry/kit/nest';
import { Pipeline } from '@dmitry/pipeline';
import { Body, Controller, Get, Header, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { type Static, Type } from 'typebox';
import { pageOf, pageQuery } from './paging.schema.ts';

const EntriesQuery = pageQuery({
  type: Type.Optional(EntryType),
  finding: Type.Optional(Sha256Hex),
  run: Type.Optional(Sha256Hex),
  session: Type.Optional(EntryId),
});
type EntriesQuery = Static<typeof EntriesQuery>;
const ById = Type.Object({ id: EntryId });
type ById = Static<typeof ById>;
const ConsistencyQuery = Type.Object({ from: Type.Integer({ minimum: 0 }) });
type ConsistencyQuery = Static<typeof ConsistencyQuery>;
const Selection = strictObject({
  kind: stringEnum(['all', 'finding', 'session', 'run', 'request', 'entries']),
  id: Type.Optional(Type.String({ maxLength: 128 })),
  ids: Type.Optional(Type.Array(EntryId, { maxItems: 1000 })),
  /** Signed notes of checkpoints known from before. */
  since: Type.Optional(Type.Array(Type.String({ maxLength: 16_384 }), { maxItems: 16 })),
  disclose: Type.Optional(Type.Array(Type.String({ maxLength: 64 }), { maxItems: 64 })),
});
type Selection = Static<typeof Selection>;

/** The tenant's log: entries, checkpoint, proofs and bundles. Anyone who has a bundle and the trust file verifies it without us. */
@Controller('v1/ledger')
@Roles('analyst', 'approver', 'operator', 'auditor')
export class LedgerController {
  constructor(@Inject(Pipeline) private readonly pipeline: Pipeline) {}

  @Get('entries')
  @RouteSchema({ query: EntriesQuery })
  async entries(@CurrentPrincipal() principal: Principal, @Query() query: EntriesQuery) {
    const entries = await this.pipeline.proofs.entries(principal.tenant, query);
    return pageOf(entries, query.limit, ({ entry }) => entry.id);
  }

  @Get('checkpoint')
  @Header('content-type', 'text/plain; charset=utf-8')
  async checkpoint(@CurrentPrincipal() principal: Principal): Promise<string> {
    return (await this.pipeline.proofs.checkpoint(principal.tenant)).note;
  }

  @Get('entries/:id/inclusion')
  @RouteSchema({ params: ById })
  inclusion(@CurrentPrincipal() principal: Principal, @Param() { id }: ById) {
    return this.pipeline.proofs.inclusion(principal.tenant, id);
  }

  @Get('consistency')
  @RouteSchema({ query: ConsistencyQuery })
  consistency(@CurrentPrincipal() principal: Principal, @Query() { from }: ConsistencyQuery) {
    return this.pipeline.proofs.consistency(principal.tenant, from);
  }

  /** Bundle v1: RFC 8785 bytes as they are to be verified. */
  @Post('bundle')
  @HttpCode(200)
  @Header('content-type', 'application/json')
  @RouteSchema({ body: Selection })
  async bundle(@CurrentPrincipal() principal: Principal, @Body() body: Selection): Promise<Buffer> {
    const { since, disclose } = body;
    const options = { ...(since ? { since } : {}), ...(disclose ? { disclose } : {}) };
    return Buffer.from(await this.pipeline.proofs.bundle(principal.tenant, selectionOf(body), options));
  }

  /** The log's key, for a trust file. Whoever wants proof against us takes it by another way than this one. */
  @Get('trust')
  trust(@CurrentPrincipal() principal: Principal) {
    return this.pipeline.proofs.trust(principal.tenant);
  }
}

function selectionOf({ kind, id = '', ids = [] }: Selection) {
  if (kind === 'all') return { kind } as const;
  if (kind === 'entries') return { kind, ids } as const;
  return { kind, id } as const;
}
