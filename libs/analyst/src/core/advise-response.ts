import type { AdviseResponse, Decision, EvidenceLink, RecommendedAction } from '@dmitry/contracts';
import type { Static } from 'typebox';
import type { Advice } from './advice.ts';
import { judgedProposals, type Standing } from './judged.ts';
import { impactText, wireBlastRadius } from './wire-scales.ts';

/** The reply of POST /advise (domain.md 1.3). `decisions` are the gate's, one for each proposal; pure. */
export function toAdviseResponse(
  advice: Advice,
  decisions: readonly Decision[],
  timing: { readonly processingTimeMs: number },
): AdviseResponse {
  const { standing, refused } = judgedProposals(advice, decisions);
  return {
    summary: advice.summary,
    risk_factors: [...advice.riskFactors],
    impact_analysis: advice.impact.trim() || impactText(advice.subject.riskScore ?? 0),
    recommended_actions: standing.map((each) => recommended(advice, each)),
    evidence_chain: evidenceLinks(advice),
    confidence: advice.confidence,
    citations: [...advice.citations],
    processing_time_ms: Math.max(0, Math.round(timing.processingTimeMs)),
    ...(refused.length > 0 ? { _refused: refused } : {}),
    ...(advice.warnings.length > 0 ? { _warnings: [...advice.warnings] } : {}),
  };
}

function recommended(advice: Advice, { proposal, decision, action }: Standing): RecommendedAction {
  const { entity, entityName } = advice.subject;
  const named = entityName !== null && entity?.type === action.target.type && entity.id === action.target.id;
  return {
    action_type: action.action_type,
    target_type: action.target.type,
    target_id: action.target.id,
    ...(named ? { target_name: entityName } : {}),
    reason: proposal.reason,
    confidence: proposal.confidence,
    evidence_refs: [...proposal.evidence],
    blast_radius: wireBlastRadius(decision.blast_radius.class),
    priority: proposal.priority,
  };
}

/** What the advice rests on, resolved links only: events, the finding, the reads of this request. */
function evidenceLinks(advice: Advice): Static<typeof EvidenceLink>[] {
  const { findingId, findingResolved } = advice.subject;
  return [
    ...advice.evidence
      .filter((each) => each.kind === 'event')
      .map((each) => ({ type: 'event' as const, id: each.entry })),
    ...(findingId !== null && findingResolved ? [{ type: 'finding' as const, id: findingId }] : []),
    ...callIds(advice).map((id) => ({ type: 'platform_call' as const, id })),
  ];
}

/** Ledger entries of the reads that succeeded: handed in, and of this request. */
export const callIds = (advice: Advice): string[] => [
  ...new Set([
    ...advice.evidence.filter((each) => each.kind === 'platform_call').map((each) => each.entry),
    ...advice.toolCalls.filter((run) => run.entry !== '' && run.status !== 'error').map((run) => run.entry),
  ]),
];
