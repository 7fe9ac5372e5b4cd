import type { LedgerEntry } from '@dmitry/contracts';
import type { EntryDraft, ResolvedEntry } from '../ledger.port.ts';

/** An entry as evidence. Only evidence and the outcome of a read that succeeded can carry a decision (promise P3). */
export function resolvedEntry(entry: LedgerEntry, lookups: NonNullable<EntryDraft['lookups']>): ResolvedEntry {
  return {
    id: entry.id,
    type: entry.type,
    timeMs: Date.parse(entry.time),
    succeeded: entry.type === 'evidence' || (entry.type === 'outcome' && entry.facts['status'] === 'success'),
    source: sourceOf(entry),
    facts: entry.facts,
    finding: lookups.finding ?? null,
    subjects: lookups.subjects ?? [],
  };
}

function sourceOf({ type, facts }: LedgerEntry): string {
  if (type === 'outcome') return `${facts['service'] ?? ''}:${facts['operation'] ?? ''}`;
  const rule = facts['rule'] ?? facts['source'];
  return typeof rule === 'string' ? rule : type;
}
