import { type Static, Type } from 'typebox';
import { Action } from './action.ts';
import { EntryId, Sha256Hex, strictObject, stringEnum, TenantId, Timestamp } from './schema.ts';

/** planned → dispatched → confirmed, refused or unknown → reconciled: confirmed, not_done, or given to a person (escalated). */
export const EFFECT_STATES = [
  'planned',
  'dispatched',
  'confirmed',
  'refused',
  'unknown',
  'not_done',
  'escalated',
] as const;
export const EffectState = stringEnum(EFFECT_STATES);
export type EffectState = Static<typeof EffectState>;

/** What a step did outside. */
export const Effect = strictObject({
  effect_key: Type.String({ pattern: '^[a-z2-7]{52}$' }),
  step: Type.String(),
  state: EffectState,
  attempts: Type.Integer({ minimum: 0 }),
  intent_entry: Type.Union([EntryId, Type.Null()]),
  outcome_entry: Type.Union([EntryId, Type.Null()]),
  result: Type.Optional(Type.Unknown()),
  reason: Type.Optional(Type.String()),
});
export type Effect = Static<typeof Effect>;

export const RUN_STATUSES = [
  'waiting',
  'running',
  'succeeded',
  'failed',
  'refused',
  'unknown',
  'escalated',
  'cancelled',
  'undone',
] as const;
export const RunStatus = stringEnum(RUN_STATUSES);
export type RunStatus = Static<typeof RunStatus>;

/** One execution of an action; later of a playbook. */
export const Run = strictObject({
  id: Sha256Hex,
  tenant_id: TenantId,
  finding_id: Type.Union([Sha256Hex, Type.Null()]),
  action: Action,
  action_digest: Sha256Hex,
  attempt: Type.Integer({ minimum: 1 }),
  decision_id: EntryId,
  status: RunStatus,
  effects: Type.Array(Effect),
  created_at: Timestamp,
  updated_at: Timestamp,
});
export type Run = Static<typeof Run>;

/** Body of PUT /api/v1/actions/{effect_key} (domain.md 2.4). */
export const ExecuteActionRequest = strictObject({
  action_type: Type.String(),
  target: strictObject({ type: Type.String(), id: Type.String() }),
  params: Type.Record(Type.String(), Type.Unknown()),
  action_digest: Sha256Hex,
  decision_ref: strictObject({ log: Type.String(), entry_id: EntryId }),
  not_after: Timestamp,
});
export type ExecuteActionRequest = Static<typeof ExecuteActionRequest>;

/** Its answer, and that of the probe. */
export const ExecuteActionResponse = Type.Object({
  effect_key: Type.String(),
  status: stringEnum(['accepted', 'in_progress', 'confirmed', 'refused']),
  result: Type.Optional(Type.Unknown()),
  reason: Type.Optional(Type.String()),
  completed_at: Type.Optional(Type.String()),
});
export type ExecuteActionResponse = Static<typeof ExecuteActionResponse>;
