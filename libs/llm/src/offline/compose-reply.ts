import type { EntityRef, RiskFactor } from '@dmitry/contracts';
import { listOf, membersOf, numberOf, textOf } from '../core/index.ts';
import { actionsFor, PRIORITY_OF } from './action-rules.ts';
import { type CaseFile, rows } from './case-file.ts';

/** The document that an analyst asks for, as this provider fills it in. */
export interface ComposedReply {
  readonly summary: string;
  readonly claims: readonly { readonly text: string; readonly citations: readonly string[] }[];
  readonly risk_factors: readonly RiskFactor[];
  readonly impact_analysis: string;
  readonly confidence: number;
  readonly actions: readonly {
    readonly action_type: string;
    readonly target: EntityRef;
    readonly params: Readonly<Record<string, never>>;
    readonly reason: string;
    readonly confidence: number;
    readonly priority: number;
    readonly evidence: readonly string[];
  }[];
}

const MEMBERS = ['summary', 'claims', 'risk_factors', 'impact_analysis', 'confidence', 'actions'];

/** Whether a schema asks for exactly the document that this provider can compose. */
export function asksForReply(schema: unknown): boolean {
  const asked = Object.keys(membersOf(membersOf(schema)['properties']));
  return asked.length === MEMBERS.length && MEMBERS.every((name) => asked.includes(name));
}

/** The reply to a case: only from what the prompt shows, citing the entries that it was shown. */
export function composeReply(file: CaseFile): ComposedReply {
  const citations = [...new Set([...file.evidence, ...file.results.map((result) => result.entry)])].slice(0, 64);
  const confidence = confidenceOf(citations.length);
  return {
    summary: summaryOf(file, citations.length).slice(0, 4_000).toWellFormed(),
    claims: citations.length === 0 ? [] : claims(file),
    risk_factors: citations.length === 0 ? [] : riskFactors(file, citations),
    impact_analysis: impactOf(file),
    confidence,
    actions: citations.length === 0 ? [] : proposals(file, citations, confidence),
  };
}

/** One sentence for each result, resting on that result alone. */
const claims = (file: CaseFile): ComposedReply['claims'] =>
  file.results.map((result) => {
    const scores = [result.data, ...rows(result.data)].flatMap((row) => numberOf(row['risk_score']) ?? []);
    const text =
      scores.length === 0
        ? `${result.tool} answered.`
        : `${result.tool} reports a risk score of ${Math.max(...scores)}.`;
    return { text, citations: [result.entry] };
  });

const impactOf = (file: CaseFile): string =>
  `${file.severity} impact${file.entity ? ` on ${file.entity.type.replace('_', ' ')} ${file.entity.id}` : ''}${scoreText(file)}.`;

/** Grows with the number of distinct entries, and never reaches certainty. */
const confidenceOf = (entries: number): number => (entries === 0 ? 0 : Math.min(95, 50 + 10 * entries) / 100);

function proposals(file: CaseFile, citations: string[], confidence: number): ComposedReply['actions'] {
  const { entity, severity } = file;
  if (!entity) return [];
  return actionsFor(file).map((action) => ({
    action_type: action,
    target: entity,
    params: {},
    reason: `${severity} severity${scoreText(file)} on a ${entity.type.replace('_', ' ')}: rule ${severity}/${entity.type}`,
    confidence,
    priority: PRIORITY_OF[severity],
    evidence: citations,
  }));
}

/** Ids of domain.md 1.3. */
function riskFactors(file: CaseFile, evidence: string[]): ComposedReply['risk_factors'] {
  const { severity } = file;
  const found: { factor: string; description: string }[] = [];
  if (severity === 'high' || severity === 'critical') {
    found.push({ factor: 'high_risk_score', description: `Severity ${severity}${scoreText(file)}.` });
  }
  if (file.exposed) found.push({ factor: 'data_exposure', description: 'The finding lists exposure paths.' });
  if (file.entity?.type === 'identity' && found.length > 0) {
    found.push({ factor: 'unauthorized_access', description: 'The finding is about an identity.' });
  }
  if (found.length === 0)
    found.push({ factor: 'security_concern', description: `Severity ${severity}${scoreText(file)}.` });
  return found.map((each) => ({ ...each, severity, evidence }));
}

const scoreText = (file: CaseFile): string => (file.riskScore === null ? '' : `, risk score ${file.riskScore} of 100`);

function summaryOf(file: CaseFile, entries: number): string {
  const subject = file.findingId ? `Finding ${file.findingId}` : 'The question';
  const about = file.entity
    ? ` concerns ${file.entity.type.replace('_', ' ')} ${file.entity.id}`
    : ' names no entity of a known type';
  const proof =
    entries === 0
      ? 'Nothing could be read as evidence.'
      : `This rests on ${entries} ledger ${entries === 1 ? 'entry' : 'entries'}.`;
  return [`${subject}${about}: severity ${file.severity}${scoreText(file)}.`, riskiest(file), factors(file), proof]
    .filter(Boolean)
    .join(' ');
}

/** The riskiest row of a list of findings or entities, if one was read. */
function riskiest(file: CaseFile): string {
  const top = file.results
    .flatMap((result) => rows(result.data))
    .flatMap((row) => {
      const id = textOf(row['entity_id']);
      const score = numberOf(row['risk_score']);
      return id && score !== null ? [{ id, score }] : [];
    })
    .sort((a, b) => b.score - a.score)[0];
  return top ? `Riskiest entity read: ${top.id}, risk score ${top.score}.` : '';
}

/** Names of the factors that the Platform gives for the finding. */
function factors(file: CaseFile): string {
  const names = file.results
    .flatMap((result) => listOf(result.data['factors']))
    .flatMap((factor) => factorName(factor) ?? [])
    .slice(0, 5);
  return names.length === 0 ? '' : `Factors: ${names.join(', ')}.`;
}

const factorName = (factor: unknown): string | null => textOf(factor) ?? textOf(membersOf(factor)['name']);
