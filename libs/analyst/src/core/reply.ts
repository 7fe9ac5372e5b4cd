import { parseProposals, type ProposalDocument } from '@dmitry/safety-gate';
import type { AnalystCode } from './advice.ts';
import { clip } from './clip.ts';

export type ReadReply =
  | { readonly ok: true; readonly document: ProposalDocument }
  | { readonly ok: false; readonly code: AnalystCode; readonly message: string };

/** Longer and deeper than any valid document: what this cuts is only the inside of `params`. */
const REPLY_LIMITS = { maxItems: 64, maxText: 8_192, maxDepth: 8, maxNodes: 1_000_000 };

/**
 * Reads the model's answer: the whole text is one JSON document of the schema, or it is not used, and the advice says so. Its text is made
 * well-formed, since an escape can smuggle in a lone surrogate that the ledger cannot write (RFC 8785 3.2.2.2).
 */
export function readReply(text: string): ReadReply {
  const parsed = parseProposals(text);
  if (parsed.ok) return { ok: true, document: clip(parsed.document, REPLY_LIMITS).value as ProposalDocument };
  const faults = parsed.faults.slice(0, 3).map((fault) => `${fault.pointer || '/'} ${fault.message}`);
  const code = parsed.code === 'proposal.malformed' ? 'analyst.reply_not_json' : 'analyst.reply_invalid';
  return { ok: false, code, message: `the model's answer cannot be used: ${faults.join('; ')}`.toWellFormed() };
}
