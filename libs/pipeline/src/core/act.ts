import type { Action, Approval, Decision, Principal, Run } from '@dmitry/contracts';
import type { GateRequest } from '@dmitry/safety-gate';
import type { Tx } from '@dmitry/storage';
import type { LedgerSession } from '@dmitry/trust-ledger';
import { notFound } from './pipeline.errors.ts';
import type { PipelineOptions } from './pipeline-options.ts';
import { actionDecided, approvalRequested } from './publish.ts';

/** What became of a proposed action. */
export interface ActedOn {
  readonly decision: Decision;
  /** With ALLOW: the run that was planned. */
  readonly run: Run | null;
  /** With STEP_UP: the request that waits for a person. */
  readonly approval: Approval | null;
}

/**
 * tx 3 of DESIGN.md 5: decision entry, reservation, run and job row in the caller's transaction. The same decision taken again
 * has the run that is there already.
 */
export async function decideAndPlan(
  options: Pick<PipelineOptions, 'gate' | 'outbox' | 'runs' | 'clock'>,
  tx: Tx,
  session: LedgerSession,
  request: GateRequest,
): Promise<ActedOn> {
  const { decision, approval } = await options.gate.decide(tx, session, request);
  await options.outbox.enqueue(tx, actionDecided(decision));
  if (approval) await options.outbox.enqueue(tx, approvalRequested(approval));
  if (decision.verdict !== 'ALLOW' || decision.id === undefined) return { decision, run: null, approval };
  const planned = {
    findingId: request.findingId,
    action: decision.action,
    actionDigest: decision.action_digest,
    decisionId: decision.id,
  };
  return { decision, approval: null, run: await options.runs.plan(tx, planned, options.clock.now()) };
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
      'database' | 'ledger' | 'gate' | 'outbox' | 'runs' | 'clock' | 'findings'
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
