import type { ProposalDocument } from '@dmitry/safety-gate';
import type { Advice } from './advice.ts';
import { type Dossier, resolvedSubject } from './dossier.ts';
import { cleaned } from './guarded.ts';
import { supportedBy } from './proposals.ts';
import { readReply } from './reply.ts';
import type { TextGuard } from './text-guard.port.ts';
import type { LoopEnd } from './tool-loop.ts';

/** Turns the end of a conversation into an advice. Never throws, whatever the model said. */
export function composeAdvice(guard: TextGuard, dossier: Dossier, loop: LoopEnd): Advice {
  const { end } = loop;
  if (loop.provider === 'offline') {
    dossier.warnings.add('offline analysis: rules answered, no language model was asked');
  }
  if (end.kind === 'unavailable')
    return noAdvice(dossier, loop, { kind: 'unavailable', code: end.code, message: end.message });
  if (end.kind === 'stopped') return noAdvice(dossier, loop, { kind: 'invalid', code: end.code, message: end.message });
  const read = readReply(end.text);
  if (!read.ok) return noAdvice(dossier, loop, { kind: 'invalid', code: read.code, message: read.message });
  return adviceOf(dossier, loop, cleanedDocument(guard, dossier, read.document));
}

/** Confidence that citations support: none without any, more with each distinct one, never certainty. */
const supported = (citations: number): number => (citations === 0 ? 0 : Math.min(95, 50 + 10 * citations) / 100);

function adviceOf(dossier: Dossier, loop: LoopEnd, document: ProposalDocument): Advice {
  const { claims, riskFactors, proposals } = supportedBy(dossier, document);
  const citations = [
    ...new Set([
      ...claims.flatMap((each) => each.citations),
      ...riskFactors.flatMap((each) => each.evidence),
      ...proposals.flatMap((each) => each.evidence),
    ]),
  ];
  if (citations.length === 0) dossier.warnings.add('nothing is cited: take this as an opinion');
  for (const { action, evidence } of proposals) {
    if (evidence.length === 0) dossier.warnings.add(`action ${action.action_type} cites nothing that resolves`);
  }
  return {
    ...common(dossier, loop),
    kind: 'advice',
    code: null,
    summary: document.summary,
    claims,
    riskFactors,
    impact: document.impact_analysis,
    proposals,
    citations,
    confidence: Math.min(document.confidence, supported(citations.length)),
  };
}

interface NoAdvice {
  readonly kind: 'invalid' | 'unavailable';
  readonly code: NonNullable<Advice['code']>;
  readonly message: string;
}

function noAdvice(dossier: Dossier, loop: LoopEnd, why: NoAdvice): Advice {
  for (const { actionId, params } of dossier.executes) {
    dossier.refused.push({ action: { action_id: actionId, params }, code: why.code, message: why.message });
  }
  dossier.warnings.add(`${why.code}: ${why.message}`);
  return {
    ...common(dossier, loop),
    kind: why.kind,
    code: why.code,
    summary: `No advice could be given: ${why.message}.`,
    claims: [],
    riskFactors: [],
    impact: '',
    proposals: [],
    citations: [],
    confidence: 0,
  };
}

/** An answer that says no, or an id that cannot be one, is not a source that keeps silent. */
const ANSWERED: readonly unknown[] = ['platform.not_found', 'platform.request_invalid', 'platform.refused'];

const silentSources = (dossier: Dossier): string[] => [
  ...new Set(
    dossier.runs.flatMap(({ status, code }) =>
      status === 'error' && code && !ANSWERED.includes(code) ? [code.split('.')[0] ?? code] : [],
    ),
  ),
];

const MAX_WARNINGS = 50;

const common = (dossier: Dossier, loop: LoopEnd) => ({
  subject: resolvedSubject(dossier),
  evidence: dossier.evidence,
  refused: dossier.refused,
  warnings: [...dossier.warnings].slice(0, MAX_WARNINGS),
  toolCalls: dossier.runs,
  unavailable: silentSources(dossier),
  modelCalls: loop.modelCalls,
  usage: loop.usage,
  provider: loop.provider,
  model: loop.model,
});

/** The model's words without secrets. What it names (types, targets, entries) is left as it is: it is checked, not believed. */
function cleanedDocument(guard: TextGuard, dossier: Dossier, document: ProposalDocument): ProposalDocument {
  const words = {
    summary: document.summary,
    impact: document.impact_analysis,
    claims: document.claims.map((each) => each.text),
    factors: document.risk_factors.map((each) => each.description),
    reasons: document.actions.map((each) => each.reason),
  };
  const clean = cleaned(guard, dossier, words, { source: 'model', what: 'the answer' }) as typeof words;
  return {
    ...document,
    summary: clean.summary,
    impact_analysis: clean.impact,
    claims: document.claims.map((each, index) => ({ ...each, text: clean.claims[index] ?? '' })),
    risk_factors: document.risk_factors.map((each, index) => ({ ...each, description: clean.factors[index] ?? '' })),
    actions: document.actions.map((each, index) => ({ ...each, reason: clean.reasons[index] ?? '' })),
  };
}
