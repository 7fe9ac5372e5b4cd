import {
  EffectLog,
  type ExecuteActionRequest,
  LegacyExecuteReply,
  PlatformEntityList,
  PlatformFindingDetails,
  PlatformFindingList,
  PlatformProposedActions,
  type UndoActionRequest,
} from '@dmitry/contracts';
import type { CallContext, OutboundClient } from '@dmitry/outbound';
import {
  type EffectOptions,
  type FindingFilters,
  keyedReader,
  type PartialReason,
  type PlatformClient,
  type ProbeAnswer,
  probeAnswerOf,
  shapeReader,
} from '../core/index.ts';
import { Neighbour } from './neighbour.ts';
import { queryOf, segment } from './request-path.ts';

const FINDINGS = '/api/v1/risk-findings';
const ACTIONS = '/api/v1/actions';

/** The Platform over HTTP. */
export const createPlatformClient = (outbound: OutboundClient): PlatformClient => new HttpPlatformClient(outbound);

/** A list that is shorter than its own total is cut. */
const cut = (total: number, given: number): PartialReason | null => (total > given ? 'limit_reached' : null);

class HttpPlatformClient implements PlatformClient {
  private readonly platform: Neighbour;

  constructor(private readonly outbound: OutboundClient) {
    this.platform = new Neighbour(outbound, '/api/v1/health');
  }

  findings(context: CallContext, filters: FindingFilters = {}) {
    return this.platform.read(context, {
      operation: 'risk-findings.list',
      path: `${FINDINGS}${queryOf({ ...filters })}`,
      schema: PlatformFindingList,
      partialReason: ({ total, findings }) => cut(total, findings.length),
    });
  }

  async finding(context: CallContext, findingId: string) {
    return this.platform.read(context, {
      operation: 'risk-findings.get',
      path: `${FINDINGS}/${segment(findingId)}`,
      schema: PlatformFindingDetails,
    });
  }

  searchEntities(
    context: CallContext,
    query: string,
    filters: Pick<FindingFilters, 'risk_level' | 'entity_type'> = {},
  ) {
    return this.platform.read(context, {
      operation: 'entities.search',
      path: `/api/v1/entities/search${queryOf({ q: query, ...filters })}`,
      schema: PlatformEntityList,
      partialReason: ({ total, entities }) => cut(total, entities.length),
    });
  }

  async actionsFor(context: CallContext, findingId: string) {
    return this.platform.read(context, {
      operation: 'risk-findings.actions',
      path: `${FINDINGS}/${segment(findingId)}/actions`,
      schema: PlatformProposedActions,
    });
  }

  async execute(context: CallContext, effectKey: string, request: ExecuteActionRequest, options: EffectOptions = {}) {
    return this.platform.send(context, {
      ...options,
      kind: 'keyed',
      method: 'PUT',
      operation: 'actions.execute',
      path: `${ACTIONS}/${segment(effectKey)}`,
      body: request,
      read: keyedReader(effectKey),
    });
  }

  async probe(context: CallContext, effectKey: string): Promise<ProbeAnswer> {
    const path = `${ACTIONS}/${segment(effectKey)}`;
    const result = await this.outbound.call({ method: 'GET', path, operation: 'actions.probe', kind: 'read' }, context);
    return probeAnswerOf(result, context.tenant, effectKey);
  }

  async undo(context: CallContext, effectKey: string, request: UndoActionRequest, options: EffectOptions = {}) {
    return this.platform.send(context, {
      ...options,
      kind: 'keyed',
      method: 'POST',
      operation: 'actions.undo',
      path: `${ACTIONS}/${segment(effectKey)}/undo`,
      body: request,
      read: keyedReader(request.undo_key),
    });
  }

  effectLog(context: CallContext, since?: string) {
    return this.platform.read(context, {
      operation: 'actions.log',
      path: `${ACTIONS}${queryOf({ since })}`,
      schema: EffectLog,
      partialReason: ({ total, actions }) => cut(total, actions.length),
    });
  }

  executeUnkeyed(
    context: CallContext,
    actionId: string,
    params: Readonly<Record<string, unknown>>,
    options: EffectOptions = {},
  ) {
    return this.platform.send(context, {
      ...options,
      kind: 'unsafe',
      method: 'POST',
      operation: 'actions.execute_unkeyed',
      path: `${ACTIONS}/execute`,
      body: { action_id: actionId, params },
      read: shapeReader(LegacyExecuteReply),
    });
  }

  health(signal?: AbortSignal) {
    return this.platform.health(signal);
  }
}
