import {
  type ChatCitation,
  type ChatResponse,
  type ChatSource,
  type Decision,
  type EvidenceChain,
  PRODUCER_VERSION,
  type ProposedAction,
} from '@dmitry/contracts';
import { isoTime } from '@dmitry/kit';
import { CATALOGUE } from '@dmitry/safety-gate';
import type { Static } from 'typebox';
import type { Advice, ToolRun } from './advice.ts';
import { callIds } from './advise-response.ts';
import { judgedProposals, type Standing } from './judged.ts';
import { priorityLabel, RISK_REDUCTION } from './wire-scales.ts';

type Citation = Static<typeof ChatCitation>;
type Source = Static<typeof ChatSource>;
type Chain = Static<typeof EvidenceChain>;

export interface ChatParts {
  readonly requestId: string;
  /** The advice's citations as the ledger has them, by entry id. One that is missing is left out, and a warning says so. */
  readonly citations: ReadonlyMap<string, Citation>;
}

/** The reply of POST /chat (domain.md 1.2). `decisions` are the gate's, one for each proposal; pure. */
export function toChatResponse(advice: Advice, decisions: readonly Decision[], parts: ChatParts): ChatResponse {
  const { standing, refused } = judgedProposals(advice, decisions);
  const citations = advice.citations.flatMap((id) => parts.citations.get(id) ?? []);
  const warnings = [...advice.warnings, ...answerWarnings(advice, citations.length)];
  return {
    answer: advice.summary,
    citations,
    proposed_actions: standing.map(proposed),
    sources: advice.toolCalls.filter((run) => run.entry !== '').map(source),
    reasoning_summary: firstSentence(advice.summary),
    confidence: advice.confidence,
    data_dependencies: [...new Set(advice.toolCalls.flatMap((run) => (run.endpoint === '' ? [] : [run.endpoint])))],
    evidence_chain: evidenceChain(advice),
    request_id: parts.requestId,
    schema_version: '1.0',
    producer_version: PRODUCER_VERSION,
    ...(refused.length > 0 ? { _refused: refused } : {}),
    ...(warnings.length > 0 ? { _warnings: warnings } : {}),
  };
}

function proposed({ proposal, decision, action }: Standing): Static<typeof ProposedAction> {
  const entry = CATALOGUE.find((each) => each.action_type === action.action_type);
  return {
    action: action.action_type,
    target: action.target.id,
    reason: proposal.reason,
    risk_reduction_estimate: RISK_REDUCTION[action.action_type],
    confidence: proposal.confidence,
    priority: priorityLabel(proposal.priority),
    approval_required: decision.verdict === 'STEP_UP' || (entry?.approval_required ?? true),
    blast_radius: decision.blast_radius.class,
    impact_level: entry?.impact ?? 'critical',
    evidence_count: decision.evidence.length,
    evidence_required: [...proposal.evidence],
  };
}

const source = (run: ToolRun): Source => ({
  type: 'platform_api',
  endpoint: run.endpoint,
  call_id: run.entry,
  timestamp: isoTime(run.startedMs),
  status: run.status === 'error' ? 'error' : 'success',
  relevance: run.status === 'error' ? 0.5 : 0.9,
});

/** domain.md 5.3. An id that only the caller names is a missing link. */
export function evidenceChain(advice: Advice): Chain {
  const { eventId, findingId, correlationId, eventResolved, findingResolved } = advice.subject;
  const calls = callIds(advice);
  const missing = [
    ...(eventResolved ? [] : ['event_id']),
    ...(findingResolved ? [] : ['finding_id']),
    ...(calls.length > 0 ? [] : ['platform_calls']),
  ];
  return {
    ...(eventId !== null && eventResolved ? { event_id: eventId } : {}),
    ...(findingId !== null && findingResolved ? { finding_id: findingId } : {}),
    call_ids: calls,
    ...(correlationId !== null ? { correlation_id: correlationId } : {}),
    chain_complete: missing.length === 0,
    missing_links: missing.length === 0 ? null : missing,
  };
}

/** The warnings of the predecessor's output validator (domain.md 5.2), and what the ledger did not give. */
function answerWarnings(advice: Advice, cited: number): string[] {
  return [
    ...(advice.summary.length < 10 ? ['the answer is very short'] : []),
    ...(cited === 0 ? ['the answer has no citations'] : []),
    ...(advice.confidence < 0.5 ? [`confidence is low: ${advice.confidence}`] : []),
    ...(cited < advice.citations.length
      ? [`${advice.citations.length - cited} citation(s) could not be read from the ledger`]
      : []),
  ];
}

/** Up to the first end of a sentence that white space follows. */
export function firstSentence(text: string): string {
  const end = /[.!?]\s/.exec(text);
  return (end ? text.slice(0, end.index + 1) : text).trim();
}
