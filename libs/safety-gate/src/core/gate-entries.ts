import { type Approval, approvalStatement, type ApprovalVote, type Decision, type PolicyRef } from '@dmitry/contracts';
import type { Actor, EntryDraft } from '@dmitry/trust-ledger';
import { resolveActionType } from './catalogue.ts';
import type { GatePolicy } from './gate-policy.schema.ts';
import { judgedInputsOf, judgedRequestOf } from './judged-record.ts';
import type { JudgeInput } from './judgement.ts';
import type { GateRequest } from './safety-gate.port.ts';

const GATE: Actor = { kind: 'gate', name: 'safety-gate' };
const lookups = (finding: string | null): Pick<EntryDraft, 'lookups'> =>
  finding === null ? {} : { lookups: { finding } };
/** A fact holds 512 characters; the payload has the whole list. */
const MAX_FACT = 500;

/**
 * The entry of a decision: verdict, policy and codes for everyone, the action and whom it meets committed. The field `judged` is a
 * `JudgedRecord`: whoever it is disclosed to can take the decision again.
 */
export function decisionDraft(decision: Decision, request: GateRequest, input: JudgeInput): EntryDraft {
  const codes = [...new Set(decision.reasons.map((each) => each.code))].join(' ').slice(0, MAX_FACT);
  return {
    type: 'decision',
    actor: GATE,
    refs: {
      ...(decision.evidence.length > 0 ? { evidence: decision.evidence } : {}),
      ...(decision.approvals.length > 0 ? { approvals: decision.approvals } : {}),
    },
    facts: {
      verdict: decision.verdict,
      action_type: resolveActionType(decision.action.action_type) ?? 'unlisted',
      policy_version: decision.policy.version,
      policy_digest: decision.policy.digest,
      codes,
      confidence: decision.confidence.effective,
      blast_radius: decision.blast_radius.class,
      expires: decision.expires_at,
    },
    committed: {
      action_digest: decision.action_digest,
      finding: decision.finding_id,
      requested_by: request.requestedBy,
      judged: {
        decision,
        request: judgedRequestOf(request),
        inputs: judgedInputsOf(input),
        policy: input.policy,
      },
    },
    ...lookups(decision.finding_id),
  };
}

/** The entry of one vote, with everything a stranger needs to check a signature offline. */
export function voteDraft(approval: Approval, vote: Omit<ApprovalVote, 'entry_id'>): EntryDraft {
  const statement = approvalStatement(approval, vote.approver);
  return {
    type: 'approval',
    actor: { kind: 'person', name: vote.approver },
    refs: { decision: approval.decision_id },
    facts: {
      kind: 'vote',
      approved: vote.approved,
      assurance: vote.assurance,
      policy_version: approval.policy_version,
      expires: approval.expires,
    },
    committed: {
      action_digest: approval.action_digest,
      finding: approval.finding_id,
      approval: approval.id,
      statement,
      ...(vote.signature === undefined ? {} : { signature: vote.signature }),
    },
    payload: { action: approval.action, statement, vote },
    subject: vote.approver,
    ...lookups(approval.finding_id),
  };
}

/** The entry of an approval that ends without its quorum. */
export const closedDraft = (approval: Approval, status: Approval['status'], why: string): EntryDraft => ({
  type: 'approval',
  actor: GATE,
  refs: { decision: approval.decision_id },
  facts: { kind: 'closed', status, why, policy_version: approval.policy_version },
  committed: { action_digest: approval.action_digest, finding: approval.finding_id, approval: approval.id },
  ...lookups(approval.finding_id),
});

export const policyDraft = (policy: GatePolicy, ref: PolicyRef): EntryDraft => ({
  type: 'policy',
  facts: { kind: 'gate', version: ref.version, digest: ref.digest },
  payload: { policy },
});

export const haltDraft = (
  halted: boolean,
  scope: 'tenant' | 'all',
  change: { readonly reason: string; readonly by: string },
): EntryDraft => ({
  type: 'halt',
  actor: { kind: 'operator', name: change.by },
  facts: { halted, scope },
  committed: { reason: change.reason },
  payload: { reason: change.reason, by: change.by },
});

export const approverKeyDraft = (approver: string, publicKey: string | null): EntryDraft => ({
  type: 'config',
  facts: { kind: 'approver_key', registered: publicKey !== null },
  committed: { approver, public_key: publicKey },
  payload: { approver, public_key: publicKey },
  subject: approver,
});
