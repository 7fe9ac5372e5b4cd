import type { Decision } from '@dmitry/contracts';
import { type GateRequest, type JudgedRecord, requestOfRecord } from '@dmitry/safety-gate';
import type { Tx } from '@dmitry/storage';
import type { LedgerSession } from '@dmitry/trust-ledger';
import type { ClaimedJob } from '@dmitry/workflow';
import { decideAndPlan, decideOnce } from './act.ts';
import { deferralEndMs, nextLookMs } from './deferral.policy.ts';
import { patienceOf, type PipelineOptions } from './pipeline-options.ts';

/** A decision that was put off, and what to judge. */
interface PutOff {
  readonly decision: Decision;
  readonly request: GateRequest;
  readonly endMs: number;
}

type Settle = (tx: Tx, session: LedgerSession, fresh: GateRequest) => Promise<void>;

/** Judges a second time: what people have approved, and what could not be decided when it was proposed (DESIGN.md 5, tx 3). */
export class JudgeAgain {
  constructor(private readonly options: PipelineOptions) {}

  /** The handler of `judge` jobs; the key is an approval. */
  async approved(job: ClaimedJob): Promise<void> {
    const request = await this.options.database.tenant(job.tenant, async (tx) => {
      const waiting = await this.options.approvals.requestOf(tx, job.key);
      if (!waiting) await job.complete(tx);
      return waiting;
    });
    if (!request) return;
    await this.#judge(job, request, async (tx, session, fresh) => {
      await decideAndPlan(this.options, tx, session, fresh);
      await job.complete(tx);
    });
  }

  /** The handler of `deferred` jobs; the key is the decision that put the action off first. */
  async deferred(job: ClaimedJob): Promise<void> {
    const waiting = await this.options.database.tenant(job.tenant, (tx) => this.#waiting(tx, job));
    if (!waiting) return;
    await this.#judge(job, waiting.request, (tx, session, fresh) => this.#decide(tx, { job, session }, waiting, fresh));
  }

  /** Evidence is read anew, then the gate is asked in one transaction with what follows. */
  async #judge(job: ClaimedJob, request: GateRequest, settle: Settle): Promise<void> {
    const { database, ledger, clock, recorder, riskFacts } = this.options;
    const session = await ledger.openSession(job.tenant, { kind: 'gate', name: 'judge-again' });
    try {
      const deadlineMs = clock.now() + patienceOf(this.options).deadlineMs;
      const context = { tenant: job.tenant, recorder: recorder(session), deadlineMs };
      const { facts, partial } = await riskFacts(context).gather([request.action.target]);
      await this.options.killPoint?.('judge.after-reads');
      const evidence = [...new Set([...request.evidence, ...facts.flatMap((one) => one.evidence)])];
      const unavailable = partial ? [...new Set([...(request.unavailable ?? []), 'pdri'])] : [];
      await database.tenant(job.tenant, (tx) => settle(tx, session, { ...request, evidence, unavailable }));
    } finally {
      await session.seal();
    }
  }

  /** Null where nothing is to be judged any more: it was erased, or an approval that it stood on has ended. */
  async #waiting(tx: Tx, job: ClaimedJob): Promise<PutOff | null> {
    const revealed = await this.options.ledger.reveal(tx, job.key);
    const record = revealed?.committed['judged']?.value as JudgedRecord | undefined;
    if (!record) {
      await job.complete(tx);
      return null;
    }
    const request = requestOfRecord(record);
    return { decision: record.decision, request, endMs: await this.#endMs(tx, record, request) };
  }

  async #endMs(tx: Tx, record: JudgedRecord, request: GateRequest): Promise<number> {
    let endMs = deferralEndMs(record);
    for (const id of request.approvals ?? []) {
      const approval = await this.options.approvals.get(tx, id);
      endMs = Math.min(endMs, approval?.status === 'approved' ? Date.parse(approval.expires) : 0);
    }
    return endMs;
  }

  async #decide(
    tx: Tx,
    { job, session }: { readonly job: ClaimedJob; readonly session: LedgerSession },
    { decision: first, endMs }: PutOff,
    fresh: GateRequest,
  ): Promise<void> {
    const nowMs = this.options.clock.now();
    if (nowMs >= endMs) {
      await this.#giveUp(tx, session, { id: job.key, decision: first });
      return job.complete(tx);
    }
    const { decision } = await decideOnce(this.options, tx, session, fresh);
    if (decision.verdict === 'DEFER')
      return job.reschedule(tx, Math.min(endMs, nextLookMs(Date.parse(first.decided_at), nowMs)));
    if (decision.verdict === 'DENY') await this.#release(tx, first);
    return job.complete(tx);
  }

  async #giveUp(tx: Tx, session: LedgerSession, { id, decision }: { id: string; decision: Decision }): Promise<void> {
    const { action_digest, finding_id } = decision;
    await session.append(tx, [
      {
        type: 'decision',
        refs: { decision: id },
        facts: { verdict: 'DENY', subject: 'deferral', codes: 'pipeline.deferral_expired' },
        committed: { action_digest, finding: finding_id },
        ...(finding_id === null ? {} : { lookups: { finding: finding_id } }),
      },
    ]);
    await this.#release(tx, decision);
  }

  /** What came to nothing may be proposed again: by a later revision of the incident, with the evidence of then. */
  async #release(tx: Tx, { finding_id, action_digest }: Decision): Promise<void> {
    if (finding_id !== null) await this.options.advices.releaseAction(tx, finding_id, action_digest);
  }
}
