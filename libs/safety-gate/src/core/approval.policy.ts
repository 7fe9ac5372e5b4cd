import { type Approval, type ApprovalVote, ASSURANCES, type DecisionReason } from '@dmitry/contracts';
import { shownRef } from './evidence.policy.ts';
import { reason } from './reasons.ts';

/** An approval as judging sees it. */
export interface ApprovalRecord {
  readonly approval: Approval;
  /** The decision that it was spent on, or null: an approval is good for one ALLOW. */
  readonly usedBy: string | null;
}

/** What an ALLOW needs of people. */
export interface ApprovalDemand {
  readonly quorum: number;
  readonly assurance: Approval['assurance'];
  readonly ttlMs: number;
}

export interface CountedApprovals {
  /** Ids of approvals that count. */
  readonly approvals: readonly string[];
  /** Ledger entries of the votes that count: what the ALLOW names. */
  readonly votes: readonly string[];
  readonly expiresMs: number;
  readonly rejected: readonly DecisionReason[];
}

interface Rules {
  readonly actionDigest: string;
  readonly policyVersion: string;
  readonly requestedBy: string;
  readonly nowMs: number;
  readonly demand: ApprovalDemand;
}

/** Which approvals stand for exactly this action, now, under this policy, from enough people who did not ask for it themselves. */
export function countApprovals(
  refs: readonly string[],
  records: ReadonlyMap<string, ApprovalRecord>,
  rules: Rules,
): CountedApprovals {
  const approvals: string[] = [];
  const votes: string[] = [];
  const rejected: DecisionReason[] = [];
  let expiresMs = Number.POSITIVE_INFINITY;
  for (const id of new Set(refs)) {
    const record = records.get(id);
    const fault = record
      ? approvalFault(record, rules)
      : reason('gate.approval_unknown', `${shownRef(id)} is no approval of this tenant.`);
    if (!record || fault) {
      if (fault) rejected.push(fault);
      continue;
    }
    approvals.push(record.approval.id);
    votes.push(
      ...countingVotes(record.approval, rules.demand.assurance, rules.requestedBy).map((vote) => vote.entry_id),
    );
    expiresMs = Math.min(expiresMs, Date.parse(record.approval.expires));
  }
  return { approvals, votes, expiresMs, rejected };
}

function approvalFault({ approval, usedBy }: ApprovalRecord, rules: Rules): DecisionReason | null {
  if (approval.action_digest !== rules.actionDigest)
    return reason('gate.approval_other_action', `${approval.id} approves another action.`);
  if (approval.policy_version !== rules.policyVersion)
    return reason('gate.approval_other_policy', `${approval.id} was given under another policy; ask again.`);
  if (approval.status !== 'approved')
    return reason('gate.approval_not_granted', `${approval.id} is ${approval.status}.`);
  if (!(Date.parse(approval.expires) > rules.nowMs))
    return reason('gate.approval_expired', `${approval.id} has expired; ask again.`);
  if (usedBy !== null) return reason('gate.approval_used', `${approval.id} was spent on another decision; ask again.`);
  const people = countingVotes(approval, rules.demand.assurance, rules.requestedBy).length;
  return people < rules.demand.quorum
    ? reason('gate.approval_insufficient', `${approval.id} has ${people} of ${rules.demand.quorum} votes that count.`)
    : null;
}

/** Votes in favour that count: one a person, not the requester's, with the assurance demanded. */
export function countingVotes(
  approval: Approval,
  assurance: Approval['assurance'],
  requestedBy: string,
): ApprovalVote[] {
  const people = new Set<string>([requestedBy, approval.requested_by]);
  return approval.votes.filter((vote) => {
    if (!vote.approved || people.has(vote.approver) || !assuranceAtLeast(vote.assurance, assurance)) return false;
    people.add(vote.approver);
    return true;
  });
}

/** Whether `given` is at least as strong as `demanded`. */
export const assuranceAtLeast = (given: Approval['assurance'], demanded: Approval['assurance']): boolean =>
  ASSURANCES.indexOf(given) >= ASSURANCES.indexOf(demanded);
