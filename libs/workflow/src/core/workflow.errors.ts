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

/** One ALLOW, two runs: the second needs a decision of its own. */
export const decisionUsed = (decision: string): DmitryError =>
  new DmitryError('workflow.decision_used', `Decision ${decision} has served a run already; ask for a new decision.`, {
    context: { decision },
  });
