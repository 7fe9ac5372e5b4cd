import type { Principal } from '@dmitry/contracts';
import type { GateRequest, VoteOutcome, VoteRequest } from '@dmitry/safety-gate';
import type { ClaimedJob } from '@dmitry/workflow';
import { decideAndPlan } from './act.ts';
import { JOB_KINDS, patienceOf, type PipelineOptions } from './pipeline-options.ts';

/** Votes, and the second judgement that an approval leads to (DESIGN.md 5, tx 3). */
export class ApprovalDesk {
  constructor(private readonly options: PipelineOptions) {}

  /** Counts a vote. The transaction that stores the last one writes the judge-again job. */
  async vote(principal: Principal, vote: Omit<VoteRequest, 'principal'>): Promise<VoteOutcome> {
    const { database, ledger, approvals, jobs, clock } = this.options;
    const session = await ledger.openSession(principal.tenant, { kind: 'person', name: principal.subject });
    try {
      return await database.tenant(principal.tenant, async (tx) => {
        const outcome = await approvals.vote(tx, session, { ...vote, principal });
        if (outcome.status === 'approved') await jobs.schedule(tx, JOB_KINDS.judge, outcome.approval.id, clock.now());
        return outcome;
      });
    } finally {
      await session.seal();
    }
  }

  /** The handler of `judge` jobs; the key is an approval. Evidence is read anew, then the gate judges again. */
  async handle(job: ClaimedJob): Promise<void> {
    const { database, ledger, clock, recorder, riskFacts, approvals } = this.options;
    const request = await database.tenant(job.tenant, async (tx) => {
      const waiting = await approvals.requestOf(tx, job.key);
      if (!waiting) await job.complete(tx);
      return waiting;
    });
    if (!request) return;
    const session = await ledger.openSession(job.tenant, { kind: 'gate', name: 'judge-again' });
    try {
      const deadlineMs = clock.now() + patienceOf(this.options).deadlineMs;
      const context = { tenant: job.tenant, recorder: recorder(session), deadlineMs };
      const { facts } = await riskFacts(context).gather([request.action.target]);
      await this.options.killPoint?.('judge.after-reads');
      const evidence = [...new Set([...request.evidence, ...facts.flatMap((one) => one.evidence)])];
      const again: GateRequest = { ...request, evidence, approvals: [job.key] };
      await database.tenant(job.tenant, async (tx) => {
        await decideAndPlan(this.options, tx, session, again);
        await job.complete(tx);
      });
    } finally {
      await session.seal();
    }
  }
}
