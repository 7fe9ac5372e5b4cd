import {
  Bundle,
  ConsistencyProof,
  EntryId,
  EntryType,
  InclusionProof,
  ListedEntry,
  pageOf as pageSchema,
  type Principal,
  Sha256Hex,
  strictObject,
  stringEnum,
  TrustFile,
} from '@dmitry/contracts';
import { CurrentPrincipal, Roles, RouteSchema } from '@dmitry/kit/nest';
import { Pipeline } from '@dmitry/pipeline';
import { RateLimitWeight } from '@dmitry/ratelimit/nest';
import { Body, Controller, Get, Header, HttpCode, Inject, Param, Post, Query, StreamableFile } from '@nestjs/common';
import { type Static, Type } from 'typebox';
import { EXPENSIVE } from '../limits.ts';
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

/** A bundle is made in one piece, beside everything else that the process does. */
const MAX_BUNDLE_ENTRIES = 5_000;

/** What follows `tile/`, slashes included. */
interface TilePath {
  readonly '*': string;
}

/** The tenant's log: entries, checkpoint, proofs and bundles. Anyone who has a bundle and the trust file verifies it without us. */
@Controller('v1/ledger')
@Roles('analyst', 'approver', 'operator', 'auditor')
export class LedgerController {
  constructor(@Inject(Pipeline) private readonly pipeline: Pipeline) {}

  @Get('entries')
  @RouteSchema({ query: EntriesQuery, response: pageSchema(ListedEntry) })
  async entries(@CurrentPrincipal() principal: Principal, @Query() query: EntriesQuery) {
    const entries = await this.pipeline.proofs.entries(principal.tenant, query);
    return pageOf(entries, query.limit, ({ entry }) => entry.id);
  }

  @Get('checkpoint')
  @RouteSchema({ media: 'text/plain' })
  @Header('content-type', 'text/plain; charset=utf-8')
  async checkpoint(@CurrentPrincipal() principal: Principal): Promise<string> {
    return (await this.pipeline.proofs.checkpoint(principal.tenant)).note;
  }

  /**
   * With `checkpoint` the log as C2SP tlog-tiles: `tile/0/x001/067`, `tile/entries/000.p/12`. This path is the log's monitoring prefix, so
   * that whoever may read it can follow, check and copy it with any tool that sends a token.
   */
  @Get('tile/*')
  @RouteSchema({ media: 'application/octet-stream' })
  async tile(@CurrentPrincipal() principal: Principal, @Param() params: TilePath): Promise<StreamableFile> {
    return new StreamableFile(await this.pipeline.proofs.tile(principal.tenant, `tile/${params['*']}`));
  }

  /** Below which entries were pruned under the retention policy, in decimal. */
  @Get('minimum-index')
  @RouteSchema({ media: 'text/plain' })
  @Header('content-type', 'text/plain; charset=utf-8')
  async minimumIndex(@CurrentPrincipal() principal: Principal): Promise<string> {
    return `${await this.pipeline.proofs.minimumIndex(principal.tenant)}\n`;
  }

  @Get('entries/:id/inclusion')
  @RouteSchema({ params: ById, response: InclusionProof })
  inclusion(@CurrentPrincipal() principal: Principal, @Param() { id }: ById) {
    return this.pipeline.proofs.inclusion(principal.tenant, id);
  }

  @Get('consistency')
  @RouteSchema({ query: ConsistencyQuery, response: ConsistencyProof })
  consistency(@CurrentPrincipal() principal: Principal, @Query() { from }: ConsistencyQuery) {
    return this.pipeline.proofs.consistency(principal.tenant, from);
  }

  /** Bundle v1: RFC 8785 bytes as they are to be verified. */
  @Post('bundle')
  @RateLimitWeight(EXPENSIVE)
  @HttpCode(200)
  @Header('content-type', 'application/json')
  @RouteSchema({ body: Selection, response: Bundle })
  async bundle(@CurrentPrincipal() principal: Principal, @Body() body: Selection): Promise<Buffer> {
    const { since, disclose } = body;
    const options = { maxEntries: MAX_BUNDLE_ENTRIES, ...(since ? { since } : {}), ...(disclose ? { disclose } : {}) };
    return Buffer.from(await this.pipeline.proofs.bundle(principal.tenant, selectionOf(body), options));
  }

  /** The log's key, for a trust file. Whoever wants proof against us takes it by another way than this one. */
  @Get('trust')
  @RouteSchema({ response: TrustFile })
  trust(@CurrentPrincipal() principal: Principal) {
    return this.pipeline.proofs.trust(principal.tenant);
  }
}

function selectionOf({ kind, id = '', ids = [] }: Selection) {
  if (kind === 'all') return { kind } as const;
  if (kind === 'entries') return { kind, ids } as const;
  return { kind, id } as const;
}
