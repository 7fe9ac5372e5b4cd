import type { Row, Tx } from '@dmitry/storage';
import { type DispatchAnswer, type GatePolicies, policyRef } from '../core/index.ts';
import { findApprovals } from './approval-store.ts';
import { useReservation } from './budget-store.ts';
import { lockHaltState } from './storage-halt-switch.ts';
import { tenantOf } from './tenant-of.ts';

export interface DispatchRequest {
  readonly decisionId: string;
  readonly actionDigest: string;
  readonly effectKey: string;
}

type Refusal = Extract<DispatchAnswer, { ok: false }>;
const refuse = (code: string, message: string, retryable = false): Refusal => ({ ok: false, code, message, retryable });

/** Clocks of replicas may differ by this much before a decision "from the future" is taken for a broken clock. */
const MAX_SKEW_MS = 60_000;

/** The last gate before something leaves (DESIGN.md 5.5): every condition is read, and held, in the transaction that dispatches. */
export async function checkDispatch(
  tx: Tx,
  request: DispatchRequest,
  policies: GatePolicies,
  nowMs: number,
): Promise<DispatchAnswer> {
  const halt = await lockHaltState(tx);
  if (halt.halted) return refuse('gate.halted', 'Actions are halted; nothing leaves until `resume`.', true);
  const [row] = await tx.query('SELECT * FROM gate_decision WHERE tenant = $1 AND id = $2', [
    tenantOf(tx),
    request.decisionId,
  ]);
  const refusal = row
    ? decisionRefusal(row, request, nowMs)
    : refuse('gate.decision_unknown', 'No such decision in this tenant.');
  if (!row || refusal) return refusal as Refusal;
  const policy = await policyRefusal(tx, row, policies);
  if (policy) return policy;
  const people = await standingApprovals(tx, row, nowMs);
  if ('ok' in people) return people;
  const used = await useOnce(tx, request, nowMs);
  return (
    used ?? { ok: true, notAfterMs: Math.min(Number(row['expires_ms']), people.expiresMs), approvals: people.votes }
  );
}

function decisionRefusal(row: Row, request: DispatchRequest, nowMs: number): Refusal | null {
  if (row['verdict'] !== 'ALLOW' || row['expires_ms'] === null)
    return refuse('gate.not_allowed', `The decision is ${String(row['verdict'])}, not ALLOW.`);
  if (row['action_digest'] !== request.actionDigest)
    return refuse('gate.digest_mismatch', 'The decision is on another action.');
  if (!Number.isFinite(nowMs) || Number(row['decided_ms']) > nowMs + MAX_SKEW_MS) {
    return refuse(
      'gate.clock_invalid',
      'The decision lies in the future of this clock; nothing leaves until it is right.',
      true,
    );
  }
  return Number(row['expires_ms']) > nowMs
    ? null
    : refuse('gate.decision_expired', 'The ALLOW has expired; have the action judged again.');
}

async function policyRefusal(tx: Tx, row: Row, policies: GatePolicies): Promise<Refusal | null> {
  const policy = await policies.active(tx);
  if (policy === null) return refuse('gate.no_policy', 'No policy is loaded; nothing leaves without one.', true);
  if (policy === 'invalid')
    return refuse('gate.policy_invalid', 'The stored policy cannot be read; nothing leaves without one.', true);
  const { version, digest } = policyRef(policy);
  if (row['policy_version'] === version && row['policy_digest'] === digest) return null;
  return refuse('gate.policy_changed', 'The policy has changed since the decision; have the action judged again.');
}

/** The approvals the ALLOW stands on, held as they are; each must still stand. */
async function standingApprovals(
  tx: Tx,
  row: Row,
  nowMs: number,
): Promise<Refusal | { readonly votes: readonly string[]; readonly expiresMs: number }> {
  const ids = JSON.parse(row['approvals'] as string) as string[];
  const found = await findApprovals(tx, ids, 'FOR SHARE');
  const standing = found.filter(
    ({ approval, usedBy }) =>
      approval.status === 'approved' &&
      usedBy === row['id'] &&
      approval.action_digest === row['action_digest'] &&
      Date.parse(approval.expires) > nowMs,
  );
  if (standing.length < ids.length)
    return refuse('gate.approval_invalid', 'An approval that the decision stands on no longer holds; ask again.');
  return {
    votes: standing.flatMap(({ approval }) =>
      approval.votes.filter((vote) => vote.approved).map((vote) => vote.entry_id),
    ),
    expiresMs: Math.min(Number.POSITIVE_INFINITY, ...standing.map(({ approval }) => Date.parse(approval.expires))),
  };
}

/** One decision, one effect: the second of two racing transactions waits here and is refused. The same effect may ask again. */
async function useOnce(tx: Tx, request: DispatchRequest, nowMs: number): Promise<Refusal | null> {
  const tenant = tenantOf(tx);
  await tx.query(
    'INSERT INTO gate_use (tenant, decision_id, effect_key, used_ms) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING',
    [tenant, request.decisionId, request.effectKey, Math.round(nowMs)],
  );
  const [use] = await tx.query('SELECT effect_key FROM gate_use WHERE tenant = $1 AND decision_id = $2', [
    tenant,
    request.decisionId,
  ]);
  if (use?.['effect_key'] !== request.effectKey)
    return refuse('gate.decision_used', 'The decision was used for another effect, or the effect by another decision.');
  if (await useReservation(tx, request.decisionId)) return null;
  return refuse('gate.decision_settled', 'The effect of this decision has ended; have the action judged again.');
}
