import { createPublicKey, verify } from 'node:crypto';
import { type Approval, approvalStatement, canonicalBytes, type CatalogueEntry } from '@dmitry/contracts';
import { assuranceAtLeast, countingVotes } from './approval.policy.ts';
import { impactAtLeast } from './catalogue.ts';
import type { VoteRequest } from './safety-gate.port.ts';

/** Why a vote is refused. Refusals are values: people vote late, twice or on the wrong thing every day. */
export const VOTE_REFUSALS = {
  'gate.approval_not_found': 'No such request waits in this tenant.',
  'gate.approval_closed': 'The request is no longer open; list what waits.',
  'gate.approval_expired': 'The request has expired; have the action judged again.',
  'gate.policy_changed': 'The policy has changed since it was asked; have the action judged again.',
  'gate.not_approver': 'Only a principal with the role approver votes.',
  'gate.own_request': 'Nobody approves what they asked for; somebody else must.',
  'gate.nonce_mismatch': 'The nonce is not that of this request; read the request again.',
  'gate.already_voted': 'You have voted on this request; a vote counts once.',
  'gate.assurance_too_low': 'This request needs a stronger assurance: sign the statement with your own key.',
  'gate.signature_invalid': 'The signature is not yours over this request; sign the statement that belongs to it.',
} as const;
export type VoteRefusal = keyof typeof VOTE_REFUSALS;

interface VoteFacts {
  readonly approval: Approval;
  readonly requesters: readonly string[];
  readonly request: VoteRequest;
  /** The catalogue's line of the action under the active policy, and that policy's version. */
  readonly entry: CatalogueEntry | undefined;
  readonly policyVersion: string | null;
  /** The approver's registered key, or null. */
  readonly publicKey: string | null;
  readonly nowMs: number;
}

/** What is wrong with a vote, or null: then it counts. A denial needs no signature, so that anyone entitled can stop an action. */
export function voteRefusal(facts: VoteFacts): VoteRefusal | null {
  const { approval, request } = facts;
  const voter = request.principal.subject;
  if (!request.principal.roles.includes('approver') || request.principal.tenant !== approval.tenant_id)
    return 'gate.not_approver';
  const state = stateRefusal(facts);
  if (state) return state;
  if (request.nonce !== approval.nonce) return 'gate.nonce_mismatch';
  if (facts.requesters.includes(voter)) return 'gate.own_request';
  if (approval.votes.some((vote) => vote.approver === voter)) return 'gate.already_voted';
  return request.approved ? assuranceRefusal(facts) : null;
}

function stateRefusal({ approval, policyVersion, nowMs }: VoteFacts): VoteRefusal | null {
  if (approval.status !== 'pending') return 'gate.approval_closed';
  if (!(Date.parse(approval.expires) > nowMs)) return 'gate.approval_expired';
  return approval.policy_version === policyVersion ? null : 'gate.policy_changed';
}

function assuranceRefusal({ approval, request, entry, publicKey }: VoteFacts): VoteRefusal | null {
  const high = !entry || impactAtLeast(entry.impact, 'high');
  if (request.via === 'confirm' && high) return 'gate.assurance_too_low';
  if (!assuranceAtLeast(request.assurance, approval.assurance)) return 'gate.assurance_too_low';
  if (request.assurance === 'session') return null;
  return verifyVoteSignature(approval, request.principal.subject, request.signature, publicKey)
    ? null
    : 'gate.signature_invalid';
}

// RFC 8410: the fixed prefix of a SubjectPublicKeyInfo that holds a raw Ed25519 key.
const ED25519_SPKI = Buffer.from('302a300506032b6570032100', 'hex');
const BASE64 = /^[A-Za-z0-9+/]{1,128}={0,2}$/;

/** Whether text is the base64 of a raw Ed25519 public key. */
export const isPublicKey = (text: string): boolean => BASE64.test(text) && Buffer.from(text, 'base64').length === 32;

/** Whether `signature` is the approver's over exactly this approval. Never throws: the input is a stranger's. */
export function verifyVoteSignature(
  approval: Approval,
  approver: string,
  signature: string | undefined,
  publicKey: string | null,
): boolean {
  if (!signature || !publicKey || !BASE64.test(signature) || !isPublicKey(publicKey)) return false;
  try {
    const key = createPublicKey({
      key: Buffer.concat([ED25519_SPKI, Buffer.from(publicKey, 'base64')]),
      format: 'der',
      type: 'spki',
    });
    return verify(null, canonicalBytes(approvalStatement(approval, approver)), key, Buffer.from(signature, 'base64'));
  } catch {
    return false;
  }
}

/** The status that an approval has after a vote. One no is final: who hesitates is right. */
export function statusAfter(approval: Approval): 'pending' | 'approved' | 'denied' {
  if (approval.votes.some((vote) => !vote.approved)) return 'denied';
  return countingVotes(approval, approval.assurance, approval.requested_by).length >= approval.quorum
    ? 'approved'
    : 'pending';
}
