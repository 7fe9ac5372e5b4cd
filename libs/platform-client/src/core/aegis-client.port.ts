import type { AegisIncident, AegisPolicies, AegisRiskSummary, AegisThreats } from '@dmitry/contracts';
import type { CallContext } from '@dmitry/outbound';
import type { EffectAnswer } from './effect-answer.ts';
import type { Probeable } from './neighbour-health.ts';
import type { ReadResult } from './read-result.ts';

/** Aegis (domain.md 8.14). It has no keys: what is posted is of class unsafe and is never repeated. Scores are 0-1. */
export interface AegisClient extends Probeable {
  /** Confirmed with `{status, ticket_id}`. */
  reportIncident(context: CallContext, incident: AegisIncident): Promise<EffectAnswer>;
  sendRiskSummary(context: CallContext, summary: AegisRiskSummary): Promise<EffectAnswer>;
  /** @param options.since RFC 3339 time; `limit` @default 100, at most 500 */
  threatIntel(
    context: CallContext,
    options?: { readonly since?: string; readonly limit?: number },
  ): Promise<ReadResult<AegisThreats>>;
  latestPolicies(context: CallContext): Promise<ReadResult<AegisPolicies>>;
}
export const AegisClient = Symbol('AegisClient');
