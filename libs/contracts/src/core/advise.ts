import { type Static, Type } from 'typebox';
import { stringEnum } from './schema.ts';

/** `AdviseRequest` (domain.md 1.3). The predecessor's spelling; unknown members are tolerated. */
export const AdviseRequest = Type.Object({
  finding_id: Type.String({ minLength: 1, maxLength: 256 }),
  tenant_id: Type.String({ minLength: 1, maxLength: 128 }),
  entity: Type.Object({
    type: Type.String({ minLength: 1, maxLength: 64 }),
    id: Type.String({ minLength: 1, maxLength: 512 }),
    name: Type.Optional(Type.String({ maxLength: 512 })),
    attributes: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  }),
  severity: Type.String({ maxLength: 64 }),
  risk_score: Type.Number(),
  exposure_paths: Type.Array(Type.Record(Type.String(), Type.Unknown()), { maxItems: 256 }),
  evidence_refs: Type.Array(Type.String({ maxLength: 256 }), { maxItems: 256 }),
  policy_context: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
});
export type AdviseRequest = Static<typeof AdviseRequest>;

export const RiskFactor = Type.Object({
  factor: Type.String(),
  severity: Type.String(),
  description: Type.String(),
  evidence: Type.Array(Type.String()),
});
export type RiskFactor = Static<typeof RiskFactor>;

export const RecommendedAction = Type.Object({
  action_type: Type.String(),
  target_type: Type.String(),
  target_id: Type.String(),
  target_name: Type.Optional(Type.String()),
  reason: Type.String(),
  confidence: Type.Number({ minimum: 0, maximum: 1 }),
  evidence_refs: Type.Array(Type.String()),
  blast_radius: stringEnum(['low', 'medium', 'high', 'critical']),
  priority: Type.Integer({ minimum: 1, maximum: 10 }),
});
export type RecommendedAction = Static<typeof RecommendedAction>;

export const EvidenceLink = Type.Object({ type: stringEnum(['event', 'finding', 'platform_call']), id: Type.String() });

/** `AdviseResponse` exactly as in domain.md 1.3, with the added member `_refused`: what the gate refused, and why. */
export const AdviseResponse = Type.Object({
  summary: Type.String(),
  risk_factors: Type.Array(RiskFactor),
  impact_analysis: Type.String(),
  recommended_actions: Type.Array(RecommendedAction),
  evidence_chain: Type.Array(EvidenceLink),
  confidence: Type.Number({ minimum: 0, maximum: 1 }),
  citations: Type.Array(Type.String()),
  processing_time_ms: Type.Integer({ minimum: 0 }),
  _refused: Type.Optional(
    Type.Array(Type.Object({ action: Type.Unknown(), code: Type.String(), message: Type.String() })),
  ),
  _warnings: Type.Optional(Type.Array(Type.String())),
});
export type AdviseResponse = Static<typeof AdviseResponse>;
