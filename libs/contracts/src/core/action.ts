import { type Static, Type } from 'typebox';
import { digestOf } from './canonical.ts';
import { EntityRef } from './entity.ts';
import { recordOf, strictObject, stringEnum } from './schema.ts';

/** The 14 action types, mildest first. */
export const ACTION_TYPES = [
  'investigate',
  'monitor',
  'alert',
  'log',
  'increase_monitoring',
  'rate_limit',
  'require_mfa',
  'notify_admin',
  'block_access',
  'isolate_entity',
  'quarantine',
  'revoke_credentials',
  'shutdown_service',
  'emergency_lockdown',
] as const;
export const ActionType = stringEnum(ACTION_TYPES);
export type ActionType = Static<typeof ActionType>;

export const IMPACTS = ['low', 'medium', 'high', 'critical'] as const;
export const Impact = stringEnum(IMPACTS);
export type Impact = Static<typeof Impact>;

export const BLAST_RADII = ['entity_only', 'segment', 'org_wide'] as const;
export const BlastRadius = stringEnum(BLAST_RADII);
export type BlastRadius = Static<typeof BlastRadius>;

/** A resolved action: nothing is left to fill in. Unknown members are refused, so that nothing rides along unseen. */
export const Action = strictObject({
  action_type: ActionType,
  target: EntityRef,
  params: recordOf(128, Type.Unknown()),
});
export type Action = Static<typeof Action>;

/** How an action's effect may be repeated: `keyed` by its effect key, or `unsafe` (never retried, unknown after a timeout). */
export const EFFECT_KINDS = ['none', 'keyed', 'unsafe'] as const;
export type EffectKind = (typeof EFFECT_KINDS)[number];

/** One line of the catalogue: what an action type demands before it may run. */
export const CatalogueEntry = strictObject({
  action_type: ActionType,
  impact: Impact,
  blast_radius: BlastRadius,
  approval_required: Type.Boolean(),
  min_evidence: Type.Integer({ minimum: 1 }),
  min_confidence: Type.Number({ minimum: 0, maximum: 1 }),
  auto_execute: Type.Boolean(),
  effect_kind: stringEnum(EFFECT_KINDS),
  /** The action type that undoes it, or null where there is none. */
  inverse: Type.Union([Type.String(), Type.Null()]),
  aliases: Type.Array(Type.String()),
});
export type CatalogueEntry = Static<typeof CatalogueEntry>;

/** Action digest: SHA-256(JCS({v, tenant, action_type, target, params})), lower-case hex (DESIGN.md 6). */
export const actionDigest = (tenant: string, action: Action): string =>
  digestOf({ v: 1, tenant, action_type: action.action_type, target: action.target, params: action.params });

/** Run id: SHA-256(JCS([tenant, finding, action digest, attempt])): the same decision taken again has the same run. */
export const runId = (tenant: string, findingId: string, digest: string, attempt: number): string =>
  digestOf([tenant, findingId, digest, attempt]);

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';

/** Effect key: lower-case base32 without padding of SHA-256(JCS([tenant, run, step, action digest])): 52 characters. */
export function effectKey(tenant: string, run: string, step: string, digest: string): string {
  const bytes = Buffer.from(digestOf([tenant, run, step, digest]), 'hex');
  let bits = 0;
  let value = 0;
  let out = '';
  for (const byte of bytes) {
    value = (value << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      out += BASE32[(value >>> (bits - 5)) & 31];
      bits -= 5;
    }
    value &= 0xff;
  }
  if (bits > 0) out += BASE32[(value << (5 - bits)) & 31];
  return out;
}
