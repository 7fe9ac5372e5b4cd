import type { Action, Approval, Decision, Principal, Run } from '@dmitry/contracts';
import type { GateRequest } from '@dmitry/safety-gate';
import type { Tx } from '@dmitry/storage';
import type { LedgerSession } from '@dmitry/trust-ledger';
import { HOUSEKEEPING_WORK } from './housekeeping.ts';
import { notFound } from './pipeline.errors.ts';
import { linkedNames } from './linked-names.ts';
import { nextLookMs } from './deferral.policy.ts';
import { JOB_KINDS, type PipelineOptions } from './pipeline-options.ts';
import { actionDecided, approvalRequested } from './publish.ts';

/** What became of a proposed action. */
export interface ActedOn {
  readonly decision: Decision;
  /** With ALLOW: the run that was planned, or the one that does or did this already. */
  readonly run: Run | null;
  /** With STEP_UP: the request that waits for a person. */
  readonly approval: Approval | null;
}

type Deciding = Pick<PipelineOptions, 'gate' | 'outbox' | 'runs' | 'clock' | 'findings'>;

/**
 * tx 3 of DESIGN.md 5: decision entry, reservation, run and job row in the caller's transaction. What cannot be decided now is judged
 * again by a job.
 */
export async function decideAndPlan(
  options: Deciding & Pick<PipelineOptions, 'jobs'>,
  tx: Tx,
  session: LedgerSession,
  request: GateRequest,
): Promise<ActedOn> {
  const acted = await decideOnce(options, tx, session, request);
  const { verdict, id } = acted.decision;
  if (verdict === 'DEFER' && id !== undefined) {
    const nowMs = options.clock.now();
    await options.jobs.schedule(tx, JOB_KINDS.deferred, id, nextLookMs(nowMs, nowMs));
  }
  return acted;
}

/** The same for whoever looks again at what is put off. */
export async function decideOnce(
  options: Deciding,
  tx: Tx,
  session: LedgerSession,
  request: GateRequest,
): Promise<ActedOn> {
  const linked = await linkedNames(options.findings, tx, request.findingId, request.action.target);
  const { decision, approval } = await options.gate.decide(tx, session, { ...request, linked });
  await options.outbox.enqueue(tx, actionDecided(decision));
  if (approval) {
    await options.outbox.enqueue(tx, approvalRequested(approval));
    await tx.signal(HOUSEKEEPING_WORK);
  }
  if (decision.verdict !== 'ALLOW' || decision.id === undefined) return { decision, run: null, approval };
  const planned = {
    findingId: request.findingId,
    action: decision.action,
    actionDigest: decision.action_digest,
    decisionId: decision.id,
  };
  const run = await options.runs.plan(tx, planned, options.clock.now());
  // Done already, or under way: nothing new leaves on this decision, so it takes nothing from the budget.
  if (run.decision_id !== decision.id) await options.gate.settle(tx, decision.id, 'not_done');
  return { decision, approval: null, run };
}

/** An action that a person or a service proposes. */
export interface ProposedAct {
  readonly action: Action;
  readonly findingId: string | null;
  readonly confidence: number;
  readonly evidence: readonly string[];
}

/** `POST /v1/actions`: what people and services propose goes the same way as what the analyst proposes. */
export class ActionDesk {
  constructor(
    private readonly options: Pick<
      PipelineOptions,
      'database' | 'ledger' | 'gate' | 'outbox' | 'runs' | 'jobs' | 'clock' | 'findings'
    >,
  ) {}

  /** Judges, and plans the run of an ALLOW. Read anew at dispatch: a reply of ALLOW is not yet an effect. */
  async propose(principal: Principal, act: ProposedAct): Promise<ActedOn> {
    const { database, ledger } = this.options;
    const session = await ledger.openSession(principal.tenant, { kind: 'person', name: principal.subject });
    try {
      return await database.tenant(principal.tenant, async (tx) => {
        if (act.findingId !== null && !(await this.options.findings.get(tx, act.findingId))) throw notFound('finding');
        return decideAndPlan(this.options, tx, session, {
          ...act,
          tenant: principal.tenant,
          requestedBy: principal.subject,
        });
      });
    } finally {
      await session.seal();
    }
  }
}
