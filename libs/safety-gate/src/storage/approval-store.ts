import type { Action, Approval, ApprovalVote } from '@dmitry/contracts';
import { isoTime } from '@dmitry/kit';
import type { Row, Tx } from '@dmitry/storage';
import type { ApprovalRecord, GateRequest } from '../core/index.ts';
import { tenantOf } from './tenant-of.ts';

/** An approval with what is not for the wire. */
export interface StoredApproval extends ApprovalRecord {
  readonly requesters: readonly string[];
  readonly request: GateRequest;
}

const COLUMNS = `id, tenant, action, action_digest, decision_id, finding_id, status, requested_by, requesters, request, requested_ms, expires_ms,
  policy_version, nonce, quorum, assurance, used_by`;

function voteOf(row: Row): ApprovalVote {
  return {
    approver: row['approver'] as string,
    approved: row['approved'] === true,
    assurance: row['assurance'] as ApprovalVote['assurance'],
    at: isoTime(Number(row['at_ms'])),
    entry_id: row['entry_id'] as string,
    ...(row['signature'] === null ? {} : { signature: row['signature'] as string }),
  };
}

function storedOf(row: Row, votes: readonly Row[]): StoredApproval {
  const approval: Approval = {
    id: row['id'] as string,
    tenant_id: row['tenant'] as string,
    action: JSON.parse(row['action'] as string) as Action,
    action_digest: row['action_digest'] as string,
    decision_id: row['decision_id'] as string,
    finding_id: row['finding_id'] as string | null,
    status: row['status'] as Approval['status'],
    requested_by: row['requested_by'] as string,
    requested_at: isoTime(Number(row['requested_ms'])),
    expires: isoTime(Number(row['expires_ms'])),
    policy_version: row['policy_version'] as string,
    nonce: row['nonce'] as string,
    quorum: Number(row['quorum']),
    assurance: row['assurance'] as Approval['assurance'],
    votes: votes.filter((vote) => vote['approval_id'] === row['id']).map(voteOf),
  };
  return {
    approval,
    usedBy: row['used_by'] as string | null,
    requesters: JSON.parse(row['requesters'] as string) as string[],
    request: JSON.parse(row['request'] as string) as GateRequest,
  };
}

async function withVotes(tx: Tx, rows: readonly Row[]): Promise<StoredApproval[]> {
  if (rows.length === 0) return [];
  const votes = await tx.query(
    'SELECT * FROM gate_vote WHERE tenant = $1 AND approval_id = ANY ($2) ORDER BY at_ms, entry_id',
    [tenantOf(tx), rows.map((row) => row['id'])],
  );
  return rows.map((row) => storedOf(row, votes));
}

/** @param lock holds the rows against other writers until the transaction ends */
export async function findApprovals(
  tx: Tx,
  ids: readonly string[],
  lock: '' | 'FOR UPDATE' | 'FOR SHARE' = '',
): Promise<StoredApproval[]> {
  if (ids.length === 0) return [];
  return withVotes(
    tx,
    await tx.query(`SELECT ${COLUMNS} FROM gate_approval WHERE tenant = $1 AND id = ANY ($2) ORDER BY id ${lock}`, [
      tenantOf(tx),
      [...ids],
    ]),
  );
}

export async function listApprovals(
  tx: Tx,
  status: Approval['status'] | null,
  limit: number,
): Promise<StoredApproval[]> {
  const rows = await tx.query(
    `SELECT ${COLUMNS} FROM gate_approval WHERE tenant = $1 AND ($2::text IS NULL OR status = $2) ORDER BY requested_ms DESC, id DESC LIMIT $3`,
    [tenantOf(tx), status, limit],
  );
  return withVotes(tx, rows);
}

/** Makes the approval, or joins the one that already waits for the same action under the same policy. */
export async function openApproval(tx: Tx, wanted: StoredApproval): Promise<Approval> {
  const { approval, request } = wanted;
  await tx.query(
    `INSERT INTO gate_approval (tenant, id, action, action_digest, decision_id, finding_id, status, requested_by, requesters, request, requested_ms,
       expires_ms, policy_version, nonce, quorum, assurance)
     VALUES ($1, $2, $3, $4, $5, $6, 'pending', $7, $8, $9, $10, $11, $12, $13, $14, $15)
     ON CONFLICT (tenant, action_digest) WHERE status = 'pending' DO NOTHING`,
    [
      tenantOf(tx),
      approval.id,
      JSON.stringify(approval.action),
      approval.action_digest,
      approval.decision_id,
      approval.finding_id,
      approval.requested_by,
      JSON.stringify(wanted.requesters),
      JSON.stringify(request),
      Date.parse(approval.requested_at),
      Date.parse(approval.expires),
      approval.policy_version,
      approval.nonce,
      approval.quorum,
      approval.assurance,
    ],
  );
  const rows = await tx.query(
    `SELECT ${COLUMNS} FROM gate_approval WHERE tenant = $1 AND action_digest = $2 AND status = 'pending' FOR UPDATE`,
    [tenantOf(tx), approval.action_digest],
  );
  const [open] = await withVotes(tx, rows);
  if (!open) throw new TypeError('the approval that was just made is not there');
  await joinRequesters(tx, open, approval.requested_by);
  return open.approval;
}

async function joinRequesters(tx: Tx, open: StoredApproval, requester: string): Promise<void> {
  if (open.requesters.includes(requester)) return;
  await tx.query('UPDATE gate_approval SET requesters = $3 WHERE tenant = $1 AND id = $2', [
    tenantOf(tx),
    open.approval.id,
    JSON.stringify([...open.requesters, requester]),
  ]);
}

export async function addVote(tx: Tx, approvalId: string, vote: ApprovalVote): Promise<void> {
  await tx.query(
    'INSERT INTO gate_vote (tenant, approval_id, approver, approved, assurance, at_ms, entry_id, signature) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)',
    [
      tenantOf(tx),
      approvalId,
      vote.approver,
      vote.approved,
      vote.assurance,
      Date.parse(vote.at),
      vote.entry_id,
      vote.signature ?? null,
    ],
  );
}

export async function setApprovalStatus(tx: Tx, id: string, status: Approval['status']): Promise<void> {
  await tx.query('UPDATE gate_approval SET status = $3 WHERE tenant = $1 AND id = $2', [tenantOf(tx), id, status]);
}

/** Spends approvals on a decision; the rows are locked by whoever judged them. */
export async function spendApprovals(tx: Tx, ids: readonly string[], decisionId: string): Promise<void> {
  if (ids.length === 0) return;
  await tx.query('UPDATE gate_approval SET used_by = $3 WHERE tenant = $1 AND id = ANY ($2) AND used_by IS NULL', [
    tenantOf(tx),
    [...ids],
    decisionId,
  ]);
}

/** Closes every approval that meets `condition` (constant text; its parameters begin at $3), as they were before. */
export async function closeApprovals(
  tx: Tx,
  status: Approval['status'],
  condition: string,
  params: readonly unknown[],
): Promise<Approval[]> {
  const rows = await tx.query(
    `UPDATE gate_approval SET status = $2 WHERE tenant = $1 AND ${condition} RETURNING ${COLUMNS}`,
    [tenantOf(tx), status, ...params],
  );
  return (await withVotes(tx, rows)).map((each) => each.approval).sort((a, b) => (a.id < b.id ? -1 : 1));
}
