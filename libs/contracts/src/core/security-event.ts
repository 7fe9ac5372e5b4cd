import { type Static, Type } from 'typebox';
import { stringEnum } from './schema.ts';

export const SECURITY_EVENT_TYPES = [
  'AI_DATA_ACCESS',
  'AI_PROMPT_SENSITIVE',
  'AI_API_INTEGRATION',
  'AI_AGENT_PRIV_ACCESS',
  'UNSANCTIONED_AI_TOOL',
  'SYSTEM_ACCESS',
  'SYSTEM_AUTH_FAILURE',
  'PRIVILEGE_ESCALATION',
  'DATA_MOVEMENT',
  'DATA_EXPORT',
  'DATA_AGGREGATION',
  'AI_TOOL_DISCOVERY',
  'IDENTITY_RISK',
  'POLICY_VIOLATION',
  'ANOMALY_DETECTED',
  'INTEGRATION_CHANGE',
] as const;
export const EXPOSURE_DIRECTIONS = [
  'internal_to_external',
  'internal_to_ai',
  'ai_to_internal',
  'external_to_internal',
  'internal_to_internal',
] as const;
export const SENSITIVITY_TAGS = [
  'financial_related',
  'health_related',
  'identity_related',
  'intellectual_property',
  'credentials_related',
  'regulated_data',
  'unknown',
] as const;

/** PDRI's and Aegis's `SecurityEvent` on topic `security-events`. Unknown members are tolerated: the neighbours own this shape. */
export const SecurityEvent = Type.Object({
  event_id: Type.String({ minLength: 1, maxLength: 256 }),
  event_type: stringEnum(SECURITY_EVENT_TYPES),
  timestamp: Type.String({ minLength: 10, maxLength: 64 }),
  source_system_id: Type.String({ minLength: 1, maxLength: 256 }),
  target_entity_id: Type.Optional(Type.Union([Type.String({ maxLength: 512 }), Type.Null()])),
  identity_id: Type.Optional(Type.Union([Type.String({ maxLength: 512 }), Type.Null()])),
  sensitivity_tags: Type.Optional(Type.Array(Type.String({ maxLength: 64 }), { maxItems: 64 })),
  exposure_direction: stringEnum(EXPOSURE_DIRECTIONS),
  data_volume_estimate: Type.Optional(Type.Union([Type.Number({ minimum: 0 }), Type.Null()])),
  privilege_level: Type.Optional(Type.String({ maxLength: 64 })),
  tenant_id: Type.Optional(Type.Union([Type.String({ maxLength: 128 }), Type.Null()])),
  metadata: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
});
export type SecurityEvent = Static<typeof SecurityEvent>;
