import {
  PdriBlastRadius,
  PdriEntityScore,
  PdriExposurePaths,
  PdriFinding,
  PdriFindingList,
  PdriIngestBatchReply,
  PdriIngestReply,
  PdriSubgraph,
} from '@dmitry/contracts';
import type { CallContext, OutboundClient } from '@dmitry/outbound';
import {
  type PdriClient,
  type PdriFindingFilters,
  requestInvalid,
  shapeReader,
  TRAVERSAL_LIMITS,
  type TraversalBudget,
} from '../core/index.ts';
import { Neighbour } from './neighbour.ts';
import { queryOf, segment } from './request-path.ts';

const MAX_BATCH = 100;

/** PDRI over HTTP. */
export const createPdriClient = (outbound: OutboundClient): PdriClient => new HttpPdriClient(outbound);

const within = (value: number, max: number): number => Math.min(max, Math.max(1, Math.trunc(value)));

class HttpPdriClient implements PdriClient {
  private readonly pdri: Neighbour;

  constructor(outbound: OutboundClient) {
    this.pdri = new Neighbour(outbound, '/health');
  }

  async entityRisk(context: CallContext, entityId: string) {
    return this.pdri.read(context, {
      operation: 'entities.risk_score',
      path: `/entities/${segment(entityId)}/risk-score`,
      schema: PdriEntityScore,
    });
  }

  async exposurePaths(context: CallContext, entityId: string, budget: TraversalBudget = {}) {
    const { depth = 5, limit = 10, timeoutMs } = budget;
    const max = { depth: within(depth, TRAVERSAL_LIMITS.depth), limit: within(limit, TRAVERSAL_LIMITS.limit) };
    return this.pdri.read(context, {
      operation: 'analytics.exposure_paths',
      path: `/analytics/exposure-paths/${segment(entityId)}${queryOf({ max_depth: max.depth, limit: max.limit })}`,
      schema: PdriExposurePaths,
      timeoutMs,
      partialReason: ({ paths, total_paths }) => {
        if (depth > max.depth) return 'depth_limited';
        // PDRI counts what it gives: a full answer may have been cut.
        return paths.length >= max.limit || total_paths > paths.length ? 'limit_reached' : null;
      },
    });
  }

  async blastRadius(context: CallContext, identityId: string) {
    return this.pdri.read(context, {
      operation: 'identity.blast_radius',
      path: `/api/v1/identity/blast-radius/${segment(identityId)}`,
      schema: PdriBlastRadius,
      partialReason: ({ blast_radius, resource_ids }) => (blast_radius > resource_ids.length ? 'limit_reached' : null),
    });
  }

  subgraph(context: CallContext, centerId: string, budget: Omit<TraversalBudget, 'limit'> = {}) {
    const { depth = 1, timeoutMs } = budget;
    const max = within(depth, TRAVERSAL_LIMITS.graphDepth);
    return this.pdri.read(context, {
      operation: 'graph.entities',
      path: `/graph/entities${queryOf({ center_id: centerId, depth: max })}`,
      schema: PdriSubgraph,
      timeoutMs,
      partialReason: () => (depth > max ? 'depth_limited' : null),
    });
  }

  findings(context: CallContext, filters: PdriFindingFilters = {}) {
    const { page = 1, page_size = 20, ...rest } = filters;
    const query = queryOf({ ...rest, page, page_size: within(page_size, 100) });
    return this.pdri.read(context, {
      operation: 'findings.list',
      path: `/api/v1/findings${query}`,
      schema: PdriFindingList,
      partialReason: ({ has_more }) => (has_more ? 'limit_reached' : null),
    });
  }

  async finding(context: CallContext, findingId: string) {
    return this.pdri.read(context, {
      operation: 'findings.get',
      path: `/api/v1/findings/${segment(findingId)}`,
      schema: PdriFinding,
    });
  }

  ingest(context: CallContext, event: Readonly<Record<string, unknown>>) {
    return this.pdri.send(context, {
      kind: 'keyed',
      method: 'POST',
      operation: 'ingest.event',
      path: '/ingest/events',
      body: event,
      read: shapeReader(PdriIngestReply),
    });
  }

  async ingestBatch(context: CallContext, events: readonly Readonly<Record<string, unknown>>[]) {
    if (events.length === 0 || events.length > MAX_BATCH) throw requestInvalid(`A batch has 1 to ${MAX_BATCH} events`);
    return this.pdri.send(context, {
      kind: 'keyed',
      method: 'POST',
      operation: 'ingest.batch',
      path: '/ingest/events/batch',
      body: { events },
      read: shapeReader(PdriIngestBatchReply),
    });
  }

  health(signal?: AbortSignal) {
    return this.pdri.health(signal);
  }
}
