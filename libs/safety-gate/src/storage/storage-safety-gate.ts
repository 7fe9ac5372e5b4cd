import { type Approval, canonicalJson, type Decision, EntryId, parseWith } from '@dmitry/contracts';
import { type Clock, type IdSource, isoTime } from '@dmitry/kit';
import type { Tx } from '@dmitry/storage';
import type { Ledger, LedgerSession } from '@dmitry/trust-ledger';
import {
  type ApprovalDemand,
  closedDraft,
  type Decided,
  type DispatchAnswer,
  decisionDraft,
  decisionOf,
  type GatePolicies,
  type GateRequest,
  judge,
  type JudgeInput,
  type Judgement,
  MAX_REFERENCES,
  type SafetyGate,
  shownRef,
  type SettledOutcome,
} from '../core/index.ts';
import { closeApprovals, findApprovals, openApproval, spendApprovals } from './approval-store.ts';
import { budgetUsed, lockBudget, reserve, settleReservation } from './budget-store.ts';
import { checkDispatch, type DispatchRequest } from './dispatch-check.ts';
import { lockHaltState, StorageHaltSwitch } from './storage-halt-switch.ts';
import { appendOne, tenantOf } from './tenant-of.ts';

export interface SafetyGateOptions {
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly ledger: Pick<Ledger, 'resolve'>;
  readonly policies: GatePolicies;
}

interface Question {
  readonly decision: Decision;
  readonly request: GateRequest;
  readonly demand: ApprovalDemand;
}

/** References as they are looked up and recorded; one more than is read, so that too many are still told from just enough. */
const recordable = (request: GateRequest): GateRequest => ({
  ...request,
  evidence: request.evidence.slice(0, MAX_REFERENCES + 1).map(shownRef),
});

/** Nobody can vote on what has run out or belongs to another policy: it makes room for the request that asks again. */
async function voidStale(tx: Tx, session: LedgerSession, decision: Decision, nowMs: number): Promise<void> {
  const stale = `action_digest = $3 AND status = 'pending' AND (expires_ms <= $4 OR policy_version <> $5)`;
  const closed = await closeApprovals(tx, 'voided', stale, [
    decision.action_digest,
    Math.round(nowMs),
    decision.policy.version,
  ]);
  if (closed.length > 0)
    await session.append(
      tx,
      closed.map((approval) => closedDraft(approval, 'voided', 'asked_again')),
    );
}

/** The gate over the database: reads and locks what judging needs, judges purely, writes what follows. */
export class StorageSafetyGate implements SafetyGate {
  private readonly halts: StorageHaltSwitch;

  constructor(private readonly options: SafetyGateOptions) {
    this.halts = new StorageHaltSwitch(options.clock);
  }

  async decide(tx: Tx, session: LedgerSession, asked: GateRequest): Promise<Decided> {
    tenantOf(tx, session, asked.tenant);
    const request = recordable(asked);
    const nowMs = this.options.clock.now();
    const input = await this.inputOf(tx, request, nowMs, 'hold');
    const judgement = judge(input);
    const unsigned = decisionOf(judgement, request, nowMs);
    const id = await appendOne(tx, session, decisionDraft(unsigned, request, input));
    const decision: Decision = { ...unsigned, id };
    await this.store(tx, decision, judgement, nowMs);
    if (judgement.reservation) {
      await reserve(tx, id, judgement.reservation, nowMs);
      await spendApprovals(tx, judgement.approvals, id);
    }
    const approval = judgement.approval
      ? await this.ask(tx, session, { decision, request, demand: judgement.approval })
      : null;
    return { decision, approval };
  }

  async preview(tx: Tx, asked: GateRequest): Promise<Decision> {
    tenantOf(tx, undefined, asked.tenant);
    const request = recordable(asked);
    const nowMs = this.options.clock.now();
    return decisionOf(judge(await this.inputOf(tx, request, nowMs, 'look')), request, nowMs);
  }

  check(tx: Tx, request: DispatchRequest): Promise<DispatchAnswer> {
    return checkDispatch(tx, request, this.options.policies, this.options.clock.now());
  }

  settle(tx: Tx, decisionId: string, outcome: SettledOutcome): Promise<void> {
    return settleReservation(tx, decisionId, outcome);
  }

  /** `hold` keeps everything read as it is until the transaction ends; `look` locks nothing and works in a read-only transaction. */
  private async inputOf(tx: Tx, request: GateRequest, nowMs: number, mode: 'hold' | 'look'): Promise<JudgeInput> {
    const halt = mode === 'hold' ? await lockHaltState(tx) : await this.halts.state(tx);
    const policy = await this.options.policies.active(tx);
    const refs = request.evidence.slice(0, MAX_REFERENCES);
    const resolved = await this.options.ledger.resolve(
      tx,
      [...new Set(refs)].filter((ref) => parseWith(EntryId, ref).ok),
    );
    const approvalRefs = (request.approvals ?? []).slice(0, MAX_REFERENCES);
    const records = await findApprovals(tx, approvalRefs, mode === 'hold' ? 'FOR UPDATE' : '');
    return {
      tenant: request.tenant,
      action: request.action,
      requestedBy: request.requestedBy,
      confidence: request.confidence,
      evidence: request.evidence,
      resolved,
      unavailable: request.unavailable ?? [],
      approvalRefs,
      approvals: new Map(records.map((record) => [record.approval.id, record])),
      budgetUsed: await this.budget(tx, policy, request, { nowMs, mode }),
      reach: request.reach ?? null,
      linked: request.linked ?? [],
      halted: halt.halted,
      policy,
      nowMs,
    };
  }

  private async budget(
    tx: Tx,
    policy: Awaited<ReturnType<GatePolicies['active']>>,
    request: GateRequest,
    { nowMs, mode }: { nowMs: number; mode: 'hold' | 'look' },
  ): Promise<number | null> {
    if (policy === null || policy === 'invalid') return null;
    const entry = policy.catalogue.find((each) => each.action_type === request.action.action_type);
    if (!entry) return null;
    if (mode === 'hold') await lockBudget(tx, entry.impact);
    return budgetUsed(tx, entry.impact, policy.budgets[entry.impact].window_ms, nowMs);
  }

  private async store(tx: Tx, decision: Decision, judgement: Judgement, nowMs: number): Promise<void> {
    await tx.query(
      `INSERT INTO gate_decision (tenant, id, verdict, action_digest, policy_version, policy_digest, approvals, body, decided_ms, expires_ms, finding_id)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
      [
        decision.tenant_id,
        decision.id,
        decision.verdict,
        decision.action_digest,
        decision.policy.version,
        decision.policy.digest,
        JSON.stringify(judgement.approvals),
        canonicalJson(decision),
        Math.round(nowMs),
        judgement.expiresMs === null ? null : Math.floor(judgement.expiresMs),
        decision.finding_id,
      ],
    );
  }

  private async ask(tx: Tx, session: LedgerSession, { decision, request, demand }: Question): Promise<Approval> {
    const nowMs = this.options.clock.now();
    await voidStale(tx, session, decision, nowMs);
    const approval: Approval = {
      id: this.options.ids.uuid(),
      tenant_id: decision.tenant_id,
      action: decision.action,
      action_digest: decision.action_digest,
      decision_id: decision.id as string,
      finding_id: decision.finding_id,
      status: 'pending',
      requested_by: request.requestedBy,
      requested_at: isoTime(nowMs),
      expires: isoTime(nowMs + demand.ttlMs),
      policy_version: decision.policy.version,
      nonce: Buffer.from(this.options.ids.bytes(16)).toString('base64url'),
      quorum: demand.quorum,
      assurance: demand.assurance,
      votes: [],
    };
    return openApproval(tx, { approval, usedBy: null, requesters: [request.requestedBy], request });
  }
}
