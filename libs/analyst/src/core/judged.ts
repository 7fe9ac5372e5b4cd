import { type Action, canonicalJson, type Decision } from '@dmitry/contracts';
import type { Advice, Proposal, RefusedAction } from './advice.ts';

/** A proposal that the gate does not refuse, with the action as the gate would have it. */
export interface Standing {
  readonly proposal: Proposal;
  readonly decision: Decision;
  readonly action: Action;
}

/**
 * Puts each proposal beside its decision. DENY and DEFER do not stand, and neither does a proposal that nobody judged: nothing is shown as
 * recommended that the gate has not looked at.
 */
export function judgedProposals(
  advice: Advice,
  decisions: readonly Decision[],
): { readonly standing: Standing[]; readonly refused: RefusedAction[] } {
  const byAction = new Map(decisions.map((decision) => [canonicalJson(decision.action), decision]));
  const standing: Standing[] = [];
  const refused: RefusedAction[] = [...advice.refused];
  for (const proposal of advice.proposals) {
    const decision = byAction.get(canonicalJson(proposal.action));
    if (decision && decision.verdict !== 'DENY' && decision.verdict !== 'DEFER') {
      standing.push({ proposal, decision, action: decision.modified ?? proposal.action });
    } else {
      refused.push(refusedBy(proposal, decision));
    }
  }
  return { standing, refused };
}

function refusedBy(proposal: Proposal, decision: Decision | undefined): RefusedAction {
  const { action } = proposal;
  if (!decision) return { action, code: 'analyst.not_judged', message: 'the safety gate has not judged this action' };
  const [reason] = decision.reasons;
  const message = decision.reasons.map((each) => each.message).join('; ');
  return {
    action,
    code: reason?.code ?? `gate.${decision.verdict.toLowerCase()}`,
    message: message || `the safety gate says ${decision.verdict}`,
  };
}
