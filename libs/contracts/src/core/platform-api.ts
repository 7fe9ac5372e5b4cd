import { type Static, Type } from 'typebox';
import { EntryId, strictObject, stringEnum } from './schema.ts';

// Replies of the Platform (domain.md 2.1, 2.2, 2.4). Members that we read are checked; unknown members are tolerated.

const Score100 = Type.Number({ minimum: 0, maximum: 100 });

/** A finding as the Platform serves it: score 0-100, level in capitals. */
export const PlatformFinding = Type.Object({
  id: Type.String({ minLength: 1 }),
  entity_id: Type.String(),
  entity_type: Type.Optional(Type.String()),
  risk_score: Score100,
  risk_level: Type.String(),
  description: Type.String(),
  timestamp: Type.String(),
  source: Type.Optional(Type.String()),
  finding_type: Type.Optional(Type.String()),
});
export type PlatformFinding = Static<typeof PlatformFinding>;

export const PlatformFindingList = Type.Object({
  findings: Type.Array(PlatformFinding),
  total: Type.Integer({ minimum: 0 }),
});
export type PlatformFindingList = Static<typeof PlatformFindingList>;

/** What the Platform lists beside a finding: its own shapes, shown and not computed with. */
const Rows = Type.Array(Type.Unknown());

export const PlatformFindingDetails = Type.Object({
  ...PlatformFinding.properties,
  factors: Rows,
  related_entities: Rows,
  recommendations: Rows,
});
export type PlatformFindingDetails = Static<typeof PlatformFindingDetails>;

export const PlatformEntity = Type.Object({
  entity_id: Type.String({ minLength: 1 }),
  entity_type: Type.String(),
  risk_score: Score100,
  risk_level: Type.String(),
});
export type PlatformEntity = Static<typeof PlatformEntity>;

export const PlatformEntityList = Type.Object({
  entities: Type.Array(PlatformEntity),
  total: Type.Integer({ minimum: 0 }),
});
export type PlatformEntityList = Static<typeof PlatformEntityList>;

export const PlatformProposedAction = Type.Object({
  action_id: Type.String({ minLength: 1 }),
  action_type: Type.String(),
  description: Type.String(),
  priority: Type.Optional(Type.Union([Type.String(), Type.Number()])),
  estimated_impact: Type.Optional(Type.Unknown()),
});
export type PlatformProposedAction = Static<typeof PlatformProposedAction>;

export const PlatformProposedActions = Type.Object({
  finding_id: Type.String(),
  actions: Type.Array(PlatformProposedAction),
});
export type PlatformProposedActions = Static<typeof PlatformProposedActions>;

/** Answer of the predecessor's execute call, which has no key, no probe and no undo. */
export const LegacyExecuteReply = Type.Object({
  action_id: Type.String(),
  status: Type.String(),
  result: Type.Optional(Type.Unknown()),
  timestamp: Type.Optional(Type.String()),
});
export type LegacyExecuteReply = Static<typeof LegacyExecuteReply>;

/** Body of POST /api/v1/actions/{effect_key}/undo. */
export const UndoActionRequest = strictObject({
  undo_key: Type.String({ pattern: '^[a-z2-7]{52}$' }),
  decision_ref: strictObject({ log: Type.String(), entry_id: EntryId }),
});
export type UndoActionRequest = Static<typeof UndoActionRequest>;

/** One line of the effect log. */
export const EffectLogLine = Type.Object({
  effect_key: Type.String(),
  status: stringEnum(['accepted', 'in_progress', 'confirmed', 'refused']),
  action_type: Type.String(),
  target: Type.Object({ type: Type.String(), id: Type.String() }),
  action_digest: Type.String(),
  received_at: Type.String(),
  completed_at: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  reason: Type.Optional(Type.String()),
  result: Type.Optional(Type.Unknown()),
});
export type EffectLogLine = Static<typeof EffectLogLine>;

export const EffectLog = Type.Object({ actions: Type.Array(EffectLogLine), total: Type.Integer({ minimum: 0 }) });
export type EffectLog = Static<typeof EffectLog>;

/** Health of a neighbour, as far as the neighbours agree on it. */
export const NeighbourHealth = Type.Object({ status: Type.String(), version: Type.Optional(Type.String()) });
export type NeighbourHealth = Static<typeof NeighbourHealth>;
