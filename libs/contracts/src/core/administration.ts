import { type Static, Type } from 'typebox';
import { PolicyRef } from './decision.ts';
import { EntryId, strictObject, stringEnum, TenantId, Timestamp } from './schema.ts';

/** A record that the tenant's pipeline refused, without its bytes. */
export const DeadLetter = strictObject({
  id: Type.String({ pattern: '^[0-9a-f]{32}$' }),
  /** Where it came from; `http:…` for what came by another way than the bus. */
  topic: Type.String(),
  partition: Type.Integer({ minimum: 0 }),
  offset: Type.String(),
  key: Type.Union([Type.String(), Type.Null()]),
  headers: Type.Record(Type.String(), Type.String()),
  /** Why: a problem code. */
  code: Type.String(),
  detail: Type.String(),
  refused_at: Timestamp,
  /** When it was last published again. */
  replayed_at: Type.Union([Timestamp, Type.Null()]),
});
export type DeadLetter = Static<typeof DeadLetter>;

/** The same with its original bytes, base64; null when they were erased. */
export const DeadLetterContent = strictObject({
  ...DeadLetter.properties,
  value: Type.Union([Type.String({ contentEncoding: 'base64' }), Type.Null()]),
});
export type DeadLetterContent = Static<typeof DeadLetterContent>;

/** An Ed25519 public key: base64 of its 32 raw bytes. */
const PublicKey = Type.String({ minLength: 1, maxLength: 64 });

/** The key with which an approver signs. It holds from when it is registered, and replaces the former. */
export const ApproverKey = strictObject({ subject: Type.String(), public_key: PublicKey, registered_at: Timestamp });
export type ApproverKey = Static<typeof ApproverKey>;

export const ApproverKeyRegistration = strictObject({ public_key: PublicKey });
export type ApproverKeyRegistration = Static<typeof ApproverKeyRegistration>;

/** The policy that a tenant's actions are judged by. `policy` null: none can be read, and nothing is allowed. */
export const ActivePolicy = strictObject({
  policy: Type.Union([PolicyRef, Type.Null()]),
  /** The whole document, as it was activated. */
  document: Type.Unknown(),
});
export type ActivePolicy = Static<typeof ActivePolicy>;

export const PolicyActivation = strictObject({
  policy: PolicyRef,
  /** Approvals that waited under another policy and no longer count. */
  voided: Type.Array(Type.String()),
});
export type PolicyActivation = Static<typeof PolicyActivation>;

/** Why a person intervenes: kept in the ledger. */
const Reason = Type.String({ minLength: 1, maxLength: 1_000 });

export const RunCancellation = strictObject({ reason: Reason });
export type RunCancellation = Static<typeof RunCancellation>;

/** What a person found out of an effect whose outcome nobody could tell. */
export const EffectResolution = strictObject({ outcome: stringEnum(['confirmed', 'not_done']), reason: Reason });
export type EffectResolution = Static<typeof EffectResolution>;

export const ApprovalWithdrawal = strictObject({
  reason: stringEnum(['edited', 'withdrawn'], { default: 'withdrawn' }),
});
export type ApprovalWithdrawal = Static<typeof ApprovalWithdrawal>;

export const ErasureRequest = strictObject({
  /** Whose data; without it everything of the tenant. */
  subject: Type.Optional(Type.String({ minLength: 1, maxLength: 512 })),
  reason: Reason,
  /** The tenant's own name, where everything of it is to be erased. */
  confirm: Type.Optional(TenantId),
});
export type ErasureRequest = Static<typeof ErasureRequest>;

/** What was erased: the keys are destroyed, and with them everything sealed under them, wherever it was copied. */
export const Erasure = strictObject({
  subject: Type.Union([Type.String(), Type.Null()]),
  keys: Type.Integer({ minimum: 0 }),
  /** The entry that says so. */
  entry_id: EntryId,
});
export type Erasure = Static<typeof Erasure>;
