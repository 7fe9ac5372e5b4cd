import { type Static, Type } from 'typebox';

// What Aegis takes and answers (domain.md 8.14). Scores are 0-1. Unknown members of replies are tolerated.

/** Body of POST /api/v1/incidents. */
export const AegisIncident = Type.Object({
  source: Type.String(),
  reported_at: Type.String(),
  entity_id: Type.String({ minLength: 1 }),
  incident_type: Type.String({ minLength: 1 }),
  severity: Type.String({ minLength: 1 }),
  description: Type.String(),
  risk_score: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
  recommendations: Type.Optional(Type.Array(Type.String())),
});
export type AegisIncident = Static<typeof AegisIncident>;

export const AegisIncidentReply = Type.Object({ status: Type.String(), ticket_id: Type.String({ minLength: 1 }) });
export type AegisIncidentReply = Static<typeof AegisIncidentReply>;

/** Body of POST /api/v1/integrations/risk-summary. */
export const AegisRiskSummary = Type.Object({
  source: Type.String(),
  timestamp: Type.String(),
  summary: Type.Object({
    total_entities: Type.Integer({ minimum: 0 }),
    high_risk_count: Type.Integer({ minimum: 0 }),
    medium_risk_count: Type.Integer({ minimum: 0 }),
    low_risk_count: Type.Integer({ minimum: 0 }),
    top_risks: Type.Array(Type.Unknown()),
  }),
});
export type AegisRiskSummary = Static<typeof AegisRiskSummary>;

export const AegisAccepted = Type.Object({ status: Type.String(), received_at: Type.Optional(Type.String()) });
export type AegisAccepted = Static<typeof AegisAccepted>;

export const AegisThreat = Type.Object({
  threat_id: Type.String(),
  threat_type: Type.String(),
  indicators: Type.Array(Type.Unknown()),
  severity: Type.String(),
  description: Type.String(),
  first_seen: Type.String(),
});
export type AegisThreat = Static<typeof AegisThreat>;

export const AegisThreats = Type.Array(AegisThreat);
export type AegisThreats = Static<typeof AegisThreats>;

export const AegisPolicies = Type.Object({
  updated_at: Type.String(),
  sanctioned_ai_tools: Type.Array(Type.String()),
  blocked_ai_providers: Type.Array(Type.String()),
  risk_thresholds: Type.Record(Type.String(), Type.Number()),
  scoring_adjustments: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
});
export type AegisPolicies = Static<typeof AegisPolicies>;
