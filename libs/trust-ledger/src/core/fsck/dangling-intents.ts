import { LedgerEntry, parseWith } from '@dmitry/contracts';

/** Follows intents to their outcomes while a log is read from its beginning. Entries of other formats have none. */
export class DanglingIntents {
  private readonly intents = new Set<string>();

  see(bytes: Uint8Array): void {
    const entry = entryOrNull(bytes);
    if (entry?.type === 'intent') this.intents.add(entry.id);
    if (entry?.type === 'outcome' && entry.refs.intent) this.intents.delete(entry.refs.intent);
  }

  open(): readonly string[] {
    return [...this.intents];
  }
}

function entryOrNull(bytes: Uint8Array): LedgerEntry | null {
  try {
    const parsed = parseWith(LedgerEntry, JSON.parse(Buffer.from(bytes).toString('utf8')));
    return parsed.ok ? parsed.value : null;
  } catch {
    return null; // not JSON: an entry of somebody else's log
  }
}
