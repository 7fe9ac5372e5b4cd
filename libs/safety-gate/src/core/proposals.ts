import { type Action, parseWith, type SchemaFault } from '@dmitry/contracts';
import { resolveActionType } from './catalogue.ts';
import { ProposalDocument, type ProposedStep } from './proposal.schema.ts';

/** Longest answer that is read, in UTF-16 code units. */
export const MAX_PROPOSAL_LENGTH = 262_144;

/** A step whose type is on the list: ready for the gate. */
export interface Proposal extends Omit<ProposedStep, 'action_type' | 'target' | 'params'> {
  readonly action: Action;
}

/** Something that was taken out or translated, and where it stood. Nothing is dropped in silence. */
export interface ProposalRemark {
  /** RFC 6901 pointer into the answer. */
  readonly pointer: string;
  readonly code:
    'proposal.citation_unresolved' | 'proposal.claim_unsupported' | 'proposal.unknown_action_type' | 'proposal.alias';
  readonly message: string;
}

export type ParsedProposals =
  | { readonly ok: true; readonly document: ProposalDocument }
  | {
      readonly ok: false;
      readonly code: 'proposal.malformed' | 'proposal.invalid';
      readonly faults: readonly SchemaFault[];
    };

/**
 * Reads a model's answer: exactly one JSON document of the schema, optionally the only content of one Markdown code block. Nothing is
 * searched for inside prose, nothing is filled in, and a failure is visible: no keyword ever becomes an action.
 */
export function parseProposals(answer: unknown): ParsedProposals {
  const value = typeof answer === 'string' ? parseText(answer) : { ok: true as const, value: answer };
  if (!value.ok) return { ok: false, code: 'proposal.malformed', faults: [{ pointer: '', message: value.message }] };
  const parsed = parseWith(ProposalDocument, value.value);
  return parsed.ok
    ? { ok: true, document: parsed.value }
    : { ok: false, code: 'proposal.invalid', faults: parsed.faults };
}

function parseText(
  text: string,
): { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly message: string } {
  if (text.length > MAX_PROPOSAL_LENGTH)
    return { ok: false, message: `the answer is longer than ${MAX_PROPOSAL_LENGTH}` };
  try {
    return { ok: true, value: JSON.parse(unfenced(text.trim())) };
  } catch {
    return { ok: false, message: 'the answer is not one JSON document' };
  }
}

/** The content of a code block that is the whole text. Anything before or after it stays, and fails to parse. */
function unfenced(text: string): string {
  if (!text.startsWith('```') || !text.endsWith('```') || text.length < 6) return text;
  const end = text.indexOf('\n');
  const language = end < 0 ? 'x' : text.slice(3, end).trim();
  return language === '' || language === 'json' ? text.slice(end + 1, -3) : text;
}

/** What remains of an answer when everything that does not resolve is gone. */
export interface SupportedProposals {
  readonly document: ProposalDocument;
  readonly proposals: readonly Proposal[];
  readonly remarks: readonly ProposalRemark[];
}

/**
 * Keeps what the ledger supports: citations that `known` has not are removed, a claim or risk factor left without any goes with them,
 * and every removal is reported. Actions stay with the evidence that resolves - whether it suffices is the gate's to say - except
 * those whose type is on no list.
 */
export function supportedProposals(document: ProposalDocument, known: ReadonlySet<string>): SupportedProposals {
  const remarks: ProposalRemark[] = [];
  const keep = (refs: readonly string[], pointer: string): string[] =>
    refs.filter((ref, at) => {
      if (known.has(ref)) return true;
      remarks.push({
        pointer: `${pointer}/${at}`,
        code: 'proposal.citation_unresolved',
        message: `${ref.slice(0, 64)} is not an entry that this answer may cite`,
      });
      return false;
    });
  const supported = <T>(items: readonly T[], name: string, member: keyof T & string): T[] =>
    items.flatMap((item, at) => {
      const refs = keep(item[member] as readonly string[], `/${name}/${at}/${member}`);
      if (refs.length > 0) return [{ ...item, [member]: refs }];
      remarks.push({
        pointer: `/${name}/${at}`,
        code: 'proposal.claim_unsupported',
        message: 'nothing that it cites resolves',
      });
      return [];
    });
  const claims = supported(document.claims, 'claims', 'citations');
  const riskFactors = supported(document.risk_factors, 'risk_factors', 'evidence');
  const actions = document.actions.map((step, at) => ({
    ...step,
    evidence: keep(step.evidence, `/actions/${at}/evidence`),
  }));
  const proposals = actions.flatMap((step, at) => proposalOf(step, at, remarks));
  return { document: { ...document, claims, risk_factors: riskFactors, actions }, proposals, remarks };
}

function proposalOf(step: ProposedStep, at: number, remarks: ProposalRemark[]): Proposal[] {
  const type = resolveActionType(step.action_type);
  const pointer = `/actions/${at}/action_type`;
  if (!type) {
    remarks.push({
      pointer,
      code: 'proposal.unknown_action_type',
      message: `Action '${step.action_type}' is not allow-listed`,
    });
    return [];
  }
  if (type !== step.action_type)
    remarks.push({ pointer, code: 'proposal.alias', message: `${step.action_type} is read as ${type}` });
  const { action_type: _alias, target, params, ...rest } = step;
  return [{ ...rest, action: { action_type: type, target, params } }];
}
