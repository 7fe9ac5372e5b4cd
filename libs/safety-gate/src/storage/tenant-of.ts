import type { Tx } from '@dmitry/storage';
import type { AppendedEntry, EntryDraft, LedgerSession } from '@dmitry/trust-ledger';
import { sessionMismatch } from '../core/index.ts';

/** The tenant of the transaction; the session (and the request) must be of the same one. */
export function tenantOf(tx: Tx, session?: LedgerSession, requested?: string): string {
  const { tenant } = tx;
  if (tenant === null || (session && session.tenant !== tenant) || (requested !== undefined && requested !== tenant))
    throw sessionMismatch();
  return tenant;
}

/** Appends one entry in the transaction and gives its id. */
export async function appendOne(tx: Tx, session: LedgerSession, draft: EntryDraft): Promise<string> {
  const [entry] = (await session.append(tx, [draft])) as [AppendedEntry];
  return entry.id;
}
