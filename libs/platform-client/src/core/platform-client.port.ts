import type {
  EffectLog,
  ExecuteActionRequest,
  PlatformEntityList,
  PlatformFindingDetails,
  PlatformFindingList,
  PlatformProposedActions,
  UndoActionRequest,
} from '@dmitry/contracts';
import type { CallContext } from '@dmitry/outbound';
import type { EffectAnswer, EffectOptions, ProbeAnswer } from './effect-answer.ts';
import type { Probeable } from './neighbour-health.ts';
import type { ReadResult } from './read-result.ts';

/** Filters go into the query as they are; the Platform compares them case apart. */
export interface FindingFilters {
  readonly risk_level?: string;
  readonly entity_type?: string;
  readonly entity_id?: string;
  readonly source?: string;
  readonly finding_type?: string;
}

/**
 * The Platform (domain.md 2.2, 2.4). Reads are repeated within the retry budget; keyed effects only when no connection was made;
 * the old execute call never. Scores are 0-100. Nothing rejects but the recorder, an open transaction and an id that cannot be one.
 */
export interface PlatformClient extends Probeable {
  findings(context: CallContext, filters?: FindingFilters): Promise<ReadResult<PlatformFindingList>>;
  finding(context: CallContext, findingId: string): Promise<ReadResult<PlatformFindingDetails>>;
  searchEntities(
    context: CallContext,
    query: string,
    filters?: Pick<FindingFilters, 'risk_level' | 'entity_type'>,
  ): Promise<ReadResult<PlatformEntityList>>;
  actionsFor(context: CallContext, findingId: string): Promise<ReadResult<PlatformProposedActions>>;
  /** Does it once under `effectKey`, however often it is sent. Another action under the same key is refused (`digest_conflict`). */
  execute(
    context: CallContext,
    effectKey: string,
    request: ExecuteActionRequest,
    options?: EffectOptions,
  ): Promise<EffectAnswer>;
  /** Whether an effect happened. A read: it records itself. */
  probe(context: CallContext, effectKey: string): Promise<ProbeAnswer>;
  /** Its own keyed effect; refused with `not_reversible` where there is no inverse. */
  undo(
    context: CallContext,
    effectKey: string,
    request: UndoActionRequest,
    options?: EffectOptions,
  ): Promise<EffectAnswer>;
  /** What was done, for reconciliation. @param since RFC 3339 time */
  effectLog(context: CallContext, since?: string): Promise<ReadResult<EffectLog>>;
  /** The predecessor's call: no key, no probe, no undo. Sending it twice acts twice. */
  executeUnkeyed(
    context: CallContext,
    actionId: string,
    params: Readonly<Record<string, unknown>>,
    options?: EffectOptions,
  ): Promise<EffectAnswer>;
}
export const PlatformClient = Symbol('PlatformClient');
