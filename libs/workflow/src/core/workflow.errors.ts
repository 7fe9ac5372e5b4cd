import { DmitryError } from '@dmitry/kit';

/** The lease ran out and somebody else has the job: stop, their writes count. */
export const fenced = (kind: string, key: string): DmitryError =>
  new DmitryError('workflow.fenced', `Job ${kind} ${key} was taken over by another worker; this one stops.`, {
    severity: 'warn',
    context: { kind, key },
  });

/** A job came for a run that the journal does not know: forged, or of another database. */
export const runNotFound = (id: string): DmitryError =>
  new DmitryError('workflow.run_not_found', `Run ${id} is not known to this tenant; list runs to find the right id.`, {
    severity: 'warn',
    context: { run: id },
  });

/** Only what was given to a person is for a person to settle. */
export const effectNotEscalated = (key: string, state: string): DmitryError =>
  new DmitryError(
    'workflow.effect_not_escalated',
    `Effect ${key} is ${state}; only one that is escalated is settled by a person. Read the run again.`,
    { severity: 'info', context: { effect: key, state } },
  );

/** Whoever wanted the action does not say whether it happened. */
export const ownAction = (id: string): DmitryError =>
  new DmitryError(
    'workflow.own_action',
    `You asked for the action of run ${id}; somebody else must settle its effect.`,
    {
      severity: 'info',
      context: { run: id },
    },
  );

/** What has left cannot be called back by not wanting it any more. */
export const runNotCancellable = (id: string, status: string): DmitryError =>
  new DmitryError(
    'workflow.run_not_cancellable',
    `Run ${id} is ${status}; only one of which nothing has left is cancelled. Halt stops what is to come.`,
    { severity: 'info', context: { run: id, status } },
  );

/** One ALLOW, two runs: the second needs a decision of its own. */
export const decisionUsed = (decision: string): DmitryError =>
  new DmitryError('workflow.decision_used', `Decision ${decision} has served a run already; ask for a new decision.`, {
    context: { decision },
  });
