import type { EntryDraft } from '../ledger.port.ts';
import { CompactTree } from '../tree/compact-tree.ts';
import { leafHash } from '../tree/merkle-hash.ts';

export interface FindingEvidence {
  readonly rule: string;
  readonly finding: string;
  /** SHA-256 digests (hexadecimal) of the events, in the finding's order. */
  readonly eventDigests: readonly string[];
  /** Entity keys of what the finding is about: the evidence counts for actions on these. */
  readonly entities?: readonly string[];
  /** Data subject whose key encrypts the list. @default the tenant's key */
  readonly subject?: string;
}

/** RFC 6962 root over the 32 bytes of each digest, hexadecimal. */
export const eventsRoot = (digests: readonly string[]): string =>
  Buffer.from(CompactTree.empty.append(digests.map((digest) => leafHash(Buffer.from(digest, 'hex')))).root()).toString(
    'hex',
  );

/** What a finding rests on: count and root in the open, so that one event can be proven without the others; the list encrypted. */
export function evidenceDraft({ rule, finding, eventDigests, entities, subject }: FindingEvidence): EntryDraft {
  return {
    type: 'evidence',
    facts: { rule, events: eventDigests.length, events_root: eventsRoot(eventDigests) },
    committed: { finding },
    payload: { events: eventDigests },
    lookups: { finding, ...(entities !== undefined && { subjects: entities }) },
    ...(subject !== undefined && { subject }),
  };
}
