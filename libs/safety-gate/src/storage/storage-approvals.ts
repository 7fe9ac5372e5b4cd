import type { Approval, ApprovalVote } from '@dmitry/contracts';
import { type Clock, isoTime } from '@dmitry/kit';
import type { Tx } from '@dmitry/storage';
import type { LedgerSession } from '@dmitry/trust-ledger';
import {
  type Approvals,
  type ApproverKeys,
  closedDraft,
  type GatePolicies,
  type GateRequest,
  statusAfter,
  VOTE_REFUSALS,
  voteDraft,
  type VoteOutcome,
  voteRefusal,
  type VoteRefusal,
  type VoteRequest,
} from '../core/index.ts';
import {
  addVote,
  closeApprovals,
  findApprovals,
  listApprovals,
  setApprovalStatus,
  type StoredApproval,
} from './approval-store.ts';
import { appendOne, tenantOf } from './tenant-of.ts';

/** Most approvals that one list holds. */
const MAX_LIST = 1_000;

const refused = (code: VoteRefusal): VoteOutcome => ({ status: 'refused', code, message: VOTE_REFUSALS[code] });

export interface StorageApprovalsOptions {
  readonly clock: Clock;
  readonly policies: GatePolicies;
  readonly keys: ApproverKeys;
}

export class StorageApprovals implements Approvals {
  constructor(private readonly options: StorageApprovalsOptions) {}

  async list(
    tx: Tx,
    query: { readonly status?: Approval['status']; readonly limit?: number } = {},
  ): Promise<Approval[]> {
    const limit = Math.min(Math.max(1, query.limit ?? 100), MAX_LIST);
    return (await listApprovals(tx, query.status ?? null, limit)).map((each) => each.approval);
  }

  async get(tx: Tx, id: string): Promise<Approval | null> {
    return (await findApprovals(tx, [id]))[0]?.approval ?? null;
  }

  async requestOf(tx: Tx, id: string): Promise<GateRequest | null> {
    const [stored] = await findApprovals(tx, [id]);
    return stored?.approval.status === 'approved' ? { ...stored.request, approvals: [id] } : null;
  }

  async vote(tx: Tx, session: LedgerSession, request: VoteRequest): Promise<VoteOutcome> {
    tenantOf(tx, session);
    const [stored] = await findApprovals(tx, [request.approvalId], 'FOR UPDATE');
    if (!stored) return refused('gate.approval_not_found');
    const refusal = await this.refusal(tx, stored, request);
    if (refusal) return refused(refusal);
    const approval = await this.record(tx, session, stored.approval, request);
    if (approval.status === 'pending') return { status: 'recorded', approval };
    await setApprovalStatus(tx, approval.id, approval.status);
    if (approval.status === 'denied') return { status: 'denied', approval };
    return { status: 'approved', approval, judgeAgain: true, request: { ...stored.request, approvals: [approval.id] } };
  }

  private async refusal(
    tx: Tx,
    { approval, requesters }: StoredApproval,
    request: VoteRequest,
  ): Promise<VoteRefusal | null> {
    const policy = await this.options.policies.active(tx);
    const known = policy === null || policy === 'invalid' ? null : policy;
    return voteRefusal({
      approval,
      requesters,
      request,
      entry: known?.catalogue.find((each) => each.action_type === approval.action.action_type),
      policyVersion: known?.version ?? null,
      publicKey: request.assurance === 'signed' ? await this.options.keys.find(tx, request.principal.subject) : null,
      nowMs: this.options.clock.now(),
    });
  }

  private async record(tx: Tx, session: LedgerSession, approval: Approval, request: VoteRequest): Promise<Approval> {
    const cast: Omit<ApprovalVote, 'entry_id'> = {
      approver: request.principal.subject,
      approved: request.approved,
      assurance: request.assurance,
      at: isoTime(this.options.clock.now()),
      ...(request.signature === undefined ? {} : { signature: request.signature }),
    };
    const vote: ApprovalVote = { ...cast, entry_id: await appendOne(tx, session, voteDraft(approval, cast)) };
    await addVote(tx, approval.id, vote);
    const voted: Approval = { ...approval, votes: [...approval.votes, vote] };
    return { ...voted, status: statusAfter(voted) };
  }

  async withdraw(tx: Tx, session: LedgerSession, id: string, why: 'edited' | 'withdrawn'): Promise<boolean> {
    tenantOf(tx, session);
    const closed = await closeApprovals(
      tx,
      'voided',
      `id = $3 AND status IN ('pending', 'approved') AND used_by IS NULL`,
      [id],
    );
    await this.appendClosed(tx, session, closed, why);
    return closed.length > 0;
  }

  async expire(tx: Tx, session: LedgerSession): Promise<Approval[]> {
    tenantOf(tx, session);
    const open = `status IN ('pending', 'approved') AND used_by IS NULL`;
    const overdue = await closeApprovals(tx, 'expired', `${open} AND expires_ms <= $3`, [
      Math.round(this.options.clock.now()),
    ]);
    await this.appendClosed(tx, session, overdue, 'expired');
    const policy = await this.options.policies.active(tx);
    if (policy === null || policy === 'invalid') return overdue; // not known is not changed: nothing can be approved meanwhile
    const stale = await closeApprovals(tx, 'voided', `${open} AND policy_version <> $3`, [policy.version]);
    await this.appendClosed(tx, session, stale, 'policy_changed');
    return [...overdue, ...stale];
  }

  private async appendClosed(tx: Tx, session: LedgerSession, closed: readonly Approval[], why: string): Promise<void> {
    if (closed.length > 0)
      await session.append(
        tx,
        closed.map((approval) => closedDraft(approval, approval.status, why)),
      );
  }
}
