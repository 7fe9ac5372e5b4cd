import { Action, type EntityRef, entityKey, parseWith } from '@dmitry/contracts';
import { type ProposalDocument, resolveActionType, supportedProposals } from '@dmitry/safety-gate';
import type { AnalystCode, Claim, Proposal } from './advice.ts';
import type { Dossier } from './dossier.ts';
import { RISK_FACTORS } from './prompts.ts';
import { priorityNumber } from './wire-scales.ts';

/** What of a reply this request bears out. */
export interface Supported {
  readonly claims: readonly Claim[];
  readonly riskFactors: ProposalDocument['risk_factors'];
  readonly proposals: readonly Proposal[];
}

/**
 * Keeps the citations that this request may make and turns what the model asks for into resolved actions.
 * What is taken out stands in the dossier: a citation as a warning, an action as refused, each with its reason.
 */
export function supportedBy(dossier: Dossier, document: ProposalDocument): Supported {
  const kept = supportedProposals(document, dossier.citable);
  for (const remark of kept.remarks) {
    if (remark.code !== 'proposal.unknown_action_type')
      dossier.warnings.add(`${remark.pointer}: ${remark.message}`.toWellFormed());
  }
  for (const step of document.actions) {
    if (resolveActionType(step.action_type) === null) {
      refuse(
        dossier,
        { action_type: step.action_type, target: step.target },
        'analyst.unknown_action',
        'no such action type: use one of the catalogue',
      );
    }
  }
  const asked = [
    ...kept.proposals.map((wanted) => withTarget(dossier, wanted)),
    ...dossier.executes.map((wanted) => fromExecute(dossier, wanted, document.confidence)),
  ].filter((proposal) => proposal !== null);
  const riskFactors = kept.document.risk_factors.map((each) => ({ ...each, factor: factorId(each.factor) }));
  return { claims: kept.document.claims, riskFactors, proposals: distinct(asked) };
}

/** An id that the wire knows (domain.md 1.3); any other is a security concern. */
const factorId = (named: string): string => RISK_FACTORS.find((id) => id === named) ?? 'security_concern';

/** One proposal for each action type and target: the first. */
function distinct(proposals: readonly Proposal[]): Proposal[] {
  const byAction = new Map<string, Proposal>();
  for (const proposal of proposals) {
    const key = `${proposal.action.action_type} ${entityKey(proposal.action.target)}`;
    if (!byAction.has(key)) byAction.set(key, proposal);
  }
  return [...byAction.values()];
}

function withTarget(dossier: Dossier, wanted: Proposal): Proposal | null {
  const target = targetOf(dossier, wanted.action.target);
  if (!target) {
    return refuse(
      dossier,
      wanted.action,
      'analyst.unknown_target',
      'the target is not among the entities that this request has seen',
    );
  }
  const { reason, confidence, priority, evidence } = wanted;
  return resolved(
    dossier,
    { ...wanted.action, target },
    { reason, confidence, priority, evidence: [...new Set(evidence)] },
  );
}

/** The target that the model names, if the request has seen it. The id decides; a wrong type is put right when the id has only one. */
function targetOf(dossier: Dossier, named: EntityRef): EntityRef | null {
  const exact = dossier.targets.get(entityKey(named));
  if (exact) return exact;
  const sameId = [...dossier.targets.values()].filter((entity) => entity.id === named.id);
  return sameId.length === 1 ? (sameId[0] ?? null) : null;
}

function fromExecute(dossier: Dossier, wanted: Dossier['executes'][number], confidence: number): Proposal | null {
  const asked = { action_id: wanted.actionId, params: wanted.params };
  const suggested = dossier.suggested.get(wanted.actionId);
  const type = suggested ? resolveActionType(suggested.actionType) : null;
  if (!suggested || !type) {
    return refuse(
      dossier,
      asked,
      'analyst.unknown_action',
      'no tool of this request has shown a suggested action of that id and a known type',
    );
  }
  const target = dossier.subject.entity;
  if (!target)
    return refuse(dossier, asked, 'analyst.unknown_target', 'the request is not about an entity of a known type');
  const reason = (suggested.description || 'suggested by the Platform for this finding').slice(0, 1_000).toWellFormed();
  const about = { reason, confidence, priority: priorityNumber(suggested.priority), evidence: [suggested.entry] };
  return resolved(dossier, { action_type: type, target, params: wanted.params }, about);
}

/** The last word on every way to a proposal: the action is valid as a whole, or it is none. */
function resolved(dossier: Dossier, action: unknown, about: Omit<Proposal, 'action'>): Proposal | null {
  const parsed = parseWith(Action, action);
  if (parsed.ok) return { action: parsed.value, ...about };
  return refuse(
    dossier,
    action,
    'analyst.action_invalid',
    parsed.faults.map((fault) => `${fault.pointer} ${fault.message}`).join('; '),
  );
}

function refuse(dossier: Dossier, action: unknown, code: AnalystCode, message: string): null {
  dossier.refused.push({ action, code, message: message.toWellFormed() });
  return null;
}
