import type { LedgerEntry } from '@dmitry/contracts';

/** Ids of the entries that an entry rests on. */
export const referencesOf = ({ refs }: LedgerEntry): string[] =>
  [refs.intent, refs.decision, refs.session, ...(refs.approvals ?? []), ...(refs.evidence ?? [])].filter(
    (id) => id !== undefined,
  );
