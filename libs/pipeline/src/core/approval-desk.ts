import type { Approval, Principal } from '@dmitry/contracts';
import { approvalClosed, approvalNotFound, type VoteOutcome, type VoteRequest } from '@dmitry/safety-gate';
import { asPerson, forbidden } from './as-person.ts';
import { JOB_KINDS, type PipelineOptions } from './pipeline-options.ts';

/** Votes on what waits for a person. */
export class ApprovalDesk {
  constructor(
    private readonly options: Pick<PipelineOptions, 'database' | 'ledger' | 'approvals' | 'jobs' | 'clock'>,
  ) {}

  /** Counts a vote. The transaction that stores the last one writes the judge-again job. */
  vote(principal: Principal, vote: Omit<VoteRequest, 'principal'>): Promise<VoteOutcome> {
    const { approvals, jobs, clock } = this.options;
    return asPerson(this.options, principal, async (tx, session) => {
      const outcome = await approvals.vote(tx, session, { ...vote, principal });
      if (outcome.status === 'approved') await jobs.schedule(tx, JOB_KINDS.judge, outcome.approval.id, clock.now());
      return outcome;
    });
  }

  /**
   * Takes back what waits or has not been used: whoever asked for it may, and operators.
   * @throws DmitryError `gate.approval_not_found`, `gate.approval_closed`, `auth.forbidden`
   */
  withdraw(principal: Principal, id: string, why: 'edited' | 'withdrawn'): Promise<Approval> {
    const { approvals } = this.options;
    return asPerson(this.options, principal, async (tx, session) => {
      const approval = await approvals.get(tx, id);
      if (!approval) throw approvalNotFound(id);
      if (approval.requested_by !== principal.subject && !principal.roles.includes('operator'))
        throw forbidden('Whoever asked for the action withdraws it, or an operator.');
      if (!(await approvals.withdraw(tx, session, id, why))) throw approvalClosed(approval);
      return { ...approval, status: 'voided' };
    });
  }
}
