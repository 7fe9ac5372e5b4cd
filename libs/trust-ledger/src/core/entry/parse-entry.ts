import { LedgerEntry, parseWith } from '@dmitry/contracts';

/** The entry v1 that a leaf holds, or null for a leaf of somebody else's log. */
export function parseEntry(bytes: Uint8Array): LedgerEntry | null {
  try {
    const parsed = parseWith(LedgerEntry, JSON.parse(Buffer.from(bytes).toString('utf8')));
    return parsed.ok ? parsed.value : null;
  } catch {
    return null; // not JSON
  }
}
