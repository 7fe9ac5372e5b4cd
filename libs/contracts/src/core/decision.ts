import { type Static, Type } from 'typebox';
import { Action, BlastRadius } from './action.ts';
import { EntryId, Sha256Hex, strictObject, stringEnum, TenantId, Timestamp } from './schema.ts';

export const VERDICTS = ['ALLOW', 'DENY', 'MODIFY', 'STEP_UP', 'DEFER'] as const;
export const Verdict = stringEnum(VERDICTS);
export type Verdict = Static<typeof Verdict>;

/** Why the gate said what it said; `code` is stable (`gate.insufficient_evidence`), `message` is for people. */
export const DecisionReason = strictObject({ code: Type.String(), message: Type.String() });
export type DecisionReason = Static<typeof DecisionReason>;

export const PolicyRef = strictObject({ version: Type.String(), digest: Sha256Hex });
export type PolicyRef = Static<typeof PolicyRef>;

/** How sure the gate is: the lower of what was claimed and what the evidence supports (DESIGN.md 6). */
export const Confidence = strictObject({
  claimed: Type.Number(),
  supported: Type.Number(),
  effective: Type.Number(),
  formula: Type.String(),
});
export type Confidence = Static<typeof Confidence>;

/** The gate's verdict on one resolved action. */
export const Decision = strictObject({
  /** Id of the decision's ledger entry; absent on a dry run. */
  id: Type.Optional(EntryId),
  tenant_id: TenantId,
  verdict: Verdict,
  action: Action,
  action_digest: Sha256Hex,
  reasons: Type.Array(DecisionReason),
  policy: PolicyRef,
  evidence: Type.Array(EntryId),
  approvals: Type.Array(EntryId),
  confidence: Confidence,
  blast_radius: strictObject({ class: BlastRadius, entities: Type.Integer({ minimum: 0 }) }),
  /** What would have to be there for an ALLOW, e.g. `approval`. */
  needs: Type.Array(Type.String()),
  /** With MODIFY: the action the gate would judge instead. */
  modified: Type.Optional(Action),
  finding_id: Type.Union([Sha256Hex, Type.Null()]),
  decided_at: Timestamp,
  /** An ALLOW expires and is used once. */
  expires_at: Type.Union([Timestamp, Type.Null()]),
});
export type Decision = Static<typeof Decision>;

export const APPROVAL_STATUSES = ['pending', 'approved', 'denied', 'expired', 'voided'] as const;
export const ASSURANCES = ['session', 'signed'] as const;

/** One person's vote. `signature` (Ed25519, base64) is over JCS({v, action_digest, nonce, expires, policy_version, approver}). */
export const ApprovalVote = strictObject({
  approver: Type.String(),
  approved: Type.Boolean(),
  assurance: stringEnum(ASSURANCES),
  at: Timestamp,
  entry_id: EntryId,
  signature: Type.Optional(Type.String()),
});
export type ApprovalVote = Static<typeof ApprovalVote>;

/** A request for a person's yes to exactly one action digest. */
export const Approval = strictObject({
  id: Type.String(),
  tenant_id: TenantId,
  action: Action,
  action_digest: Sha256Hex,
  decision_id: EntryId,
  finding_id: Type.Union([Sha256Hex, Type.Null()]),
  status: stringEnum(APPROVAL_STATUSES),
  requested_by: Type.String(),
  requested_at: Timestamp,
  expires: Timestamp,
  policy_version: Type.String(),
  nonce: Type.String(),
  quorum: Type.Integer({ minimum: 1 }),
  /** The weakest assurance that counts. */
  assurance: stringEnum(ASSURANCES),
  votes: Type.Array(ApprovalVote),
});
export type Approval = Static<typeof Approval>;

/** What an approval signs. */
export const approvalStatement = (
  a: { action_digest: string; nonce: string; expires: string; policy_version: string },
  approver: string,
) => ({
  v: 1,
  action_digest: a.action_digest,
  nonce: a.nonce,
  expires: a.expires,
  policy_version: a.policy_version,
  approver,
});
