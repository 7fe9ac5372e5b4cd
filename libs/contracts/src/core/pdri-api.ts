import { type Static, Type } from 'typebox';
import { stringEnum } from './schema.ts';

// Replies of PDRI (domain.md 6.3, 8.2, 8.3). Scores are 0-1. Members that we read are checked; unknown members are tolerated.

const Unit = Type.Number({ minimum: 0, maximum: 1 });

/** GET /entities/{id}/risk-score: scoring B. */
export const PdriEntityScore = Type.Object({
  entity_id: Type.String(),
  entity_type: Type.String(),
  composite_score: Unit,
  exposure_score: Unit,
  sensitivity_score: Unit,
  volatility_score: Unit,
  confidence: Unit,
  risk_level: Type.String(),
  calculated_at: Type.String(),
  explain: Type.Optional(Type.Unknown()),
});
export type PdriEntityScore = Static<typeof PdriEntityScore>;

export const PdriExposurePath = Type.Object({
  path_id: Type.String(),
  source_id: Type.String(),
  target_id: Type.String(),
  target_type: Type.String(),
  path: Type.Array(Type.String()),
  path_length: Type.Integer({ minimum: 1 }),
  risk_contribution: Type.Number({ minimum: 0 }),
  sensitivity_tags: Type.Array(Type.String()),
});
export type PdriExposurePath = Static<typeof PdriExposurePath>;

export const PdriExposurePaths = Type.Object({
  entity_id: Type.String(),
  paths: Type.Array(PdriExposurePath),
  total_paths: Type.Integer({ minimum: 0 }),
});
export type PdriExposurePaths = Static<typeof PdriExposurePaths>;

/** GET /api/v1/identity/blast-radius/{id}. `found: false` where PDRI does not know the identity. */
export const PdriBlastRadius = Type.Object({
  identity_id: Type.String(),
  found: Type.Boolean(),
  blast_radius: Type.Integer({ minimum: 0 }),
  breakdown: Type.Object({
    data_stores: Type.Integer({ minimum: 0 }),
    services: Type.Integer({ minimum: 0 }),
    ai_tools: Type.Integer({ minimum: 0 }),
  }),
  risk_metrics: Type.Object({
    critical_resources: Type.Integer({ minimum: 0 }),
    sensitive_resources: Type.Integer({ minimum: 0 }),
    avg_sensitivity: Unit,
    max_sensitivity: Unit,
  }),
  resource_ids: Type.Array(Type.String()),
});
export type PdriBlastRadius = Static<typeof PdriBlastRadius>;

/** GET /graph/entities. */
export const PdriSubgraph = Type.Object({
  center: Type.String(),
  nodes: Type.Array(
    Type.Object({
      id: Type.String(),
      external_id: Type.Optional(Type.String()),
      entity_type: Type.String(),
      name: Type.Optional(Type.String()),
      risk_level: Type.Optional(Type.Union([Type.String(), Type.Null()])),
      composite_score: Type.Optional(Type.Union([Unit, Type.Null()])),
    }),
  ),
  edges: Type.Array(
    Type.Object({
      src_id: Type.String(),
      dst_id: Type.String(),
      relation_type: Type.String(),
      weight: Type.Number(),
    }),
  ),
});
export type PdriSubgraph = Static<typeof PdriSubgraph>;

/** `FindingSummary`, and what the list adds to it. */
export const PdriFinding = Type.Object({
  finding_id: Type.String({ minLength: 1 }),
  tenant_id: Type.Optional(Type.String()),
  title: Type.String(),
  severity: Type.String(),
  risk_score: Unit,
  status: Type.String(),
  primary_entity_id: Type.String(),
  primary_entity_type: Type.Optional(Type.String()),
  finding_type: Type.Optional(Type.String()),
  occurrence_count: Type.Optional(Type.Integer()),
  sla_breached: Type.Optional(Type.Boolean()),
  created_at: Type.String(),
  updated_at: Type.String(),
});
export type PdriFinding = Static<typeof PdriFinding>;

export const PdriFindingList = Type.Object({
  findings: Type.Array(PdriFinding),
  total: Type.Integer({ minimum: 0 }),
  page: Type.Integer({ minimum: 1 }),
  page_size: Type.Integer({ minimum: 1 }),
  has_more: Type.Boolean(),
});
export type PdriFindingList = Static<typeof PdriFindingList>;

/** Answer of POST /ingest/events. */
export const PdriIngestReply = Type.Object({
  status: stringEnum(['processed', 'duplicate']),
  event_id: Type.String(),
});
export type PdriIngestReply = Static<typeof PdriIngestReply>;

/** Answer of POST /ingest/events/batch. */
export const PdriIngestBatchReply = Type.Object({
  processed: Type.Integer({ minimum: 0 }),
  duplicates: Type.Integer({ minimum: 0 }),
  errors: Type.Union([Type.Array(Type.Unknown()), Type.Integer({ minimum: 0 })]),
});
export type PdriIngestBatchReply = Static<typeof PdriIngestBatchReply>;
