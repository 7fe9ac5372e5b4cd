import type {
  PdriBlastRadius,
  PdriEntityScore,
  PdriExposurePaths,
  PdriFinding,
  PdriFindingList,
  PdriSubgraph,
} from '@dmitry/contracts';
import type { CallContext } from '@dmitry/outbound';
import type { EffectAnswer } from './effect-answer.ts';
import type { Probeable } from './neighbour-health.ts';
import type { ReadResult } from './read-result.ts';

/** How much a traversal may cost. What exceeds the limits is cut to them and the result is `partial`. */
export interface TraversalBudget {
  /** Edges from the start. @default 5, at most 10 (of a subgraph: 1, at most 2) */
  readonly depth?: number;
  /** Paths in the answer. @default 10, at most 100 */
  readonly limit?: number;
  /** Time of one attempt, ms. @default the client's */
  readonly timeoutMs?: number;
}

export const TRAVERSAL_LIMITS = { depth: 10, graphDepth: 2, limit: 100 } as const;

export interface PdriFindingFilters {
  readonly status?: string;
  readonly severity?: string;
  readonly finding_type?: string;
  readonly entity_id?: string;
  /** 0-1. */
  readonly min_risk_score?: number;
  /** @default 1 */
  readonly page?: number;
  /** @default 20, at most 100 */
  readonly page_size?: number;
}

/** PDRI (domain.md 8.2, 8.3). Scores are 0-1, as PDRI has them: convert with the scales of @dmitry/risk. */
export interface PdriClient extends Probeable {
  entityRisk(context: CallContext, entityId: string): Promise<ReadResult<PdriEntityScore>>;
  /** Ways from an entity to the outside, an AI tool, or something public. */
  exposurePaths(
    context: CallContext,
    entityId: string,
    budget?: TraversalBudget,
  ): Promise<ReadResult<PdriExposurePaths>>;
  blastRadius(context: CallContext, identityId: string): Promise<ReadResult<PdriBlastRadius>>;
  subgraph(
    context: CallContext,
    centerId: string,
    budget?: Omit<TraversalBudget, 'limit'>,
  ): Promise<ReadResult<PdriSubgraph>>;
  findings(context: CallContext, filters?: PdriFindingFilters): Promise<ReadResult<PdriFindingList>>;
  finding(context: CallContext, findingId: string): Promise<ReadResult<PdriFinding>>;
  /** Feeds one event. Keyed by its `event_id`: the same event again is a duplicate and changes nothing. */
  ingest(context: CallContext, event: Readonly<Record<string, unknown>>): Promise<EffectAnswer>;
  /** Feeds up to 100 events. @throws DmitryError `platform.request_invalid` for none or more */
  ingestBatch(context: CallContext, events: readonly Readonly<Record<string, unknown>>[]): Promise<EffectAnswer>;
}
export const PdriClient = Symbol('PdriClient');
