import type { HandedEvidence } from '@dmitry/analyst';
import type { Tx } from '@dmitry/storage';
import type { Ledger } from '@dmitry/trust-ledger';

/** References as the analyst gets them: those that are entries of this tenant, and those that are not (promise P3). */
export interface ResolvedReferences {
  readonly evidence: readonly HandedEvidence[];
  readonly unresolved: readonly string[];
}

export async function handEvidence(ledger: Ledger, tx: Tx, references: readonly string[]): Promise<ResolvedReferences> {
  const distinct = [...new Set(references)];
  const entries = await ledger.resolve(tx, distinct);
  const evidence = distinct.flatMap((id): HandedEvidence[] => {
    const entry = entries.get(id);
    if (!entry?.succeeded) return [];
    const kind = entry.type === 'evidence' ? ('event' as const) : ('platform_call' as const);
    return [{ entry: id, kind, ...(entry.finding ? { finding: entry.finding } : {}) }];
  });
  const known = new Set(evidence.map(({ entry }) => entry));
  return { evidence, unresolved: distinct.filter((id) => !known.has(id)) };
}
