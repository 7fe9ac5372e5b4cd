import type { LedgerEntry } from '@dmitry/contracts';

/** Follows intents to their outcomes while a log is read from its beginning. */
export class DanglingIntents {
  private readonly intents = new Set<string>();

  see({ type, id, refs }: LedgerEntry): void {
    if (type === 'intent') this.intents.add(id);
    if (type === 'outcome' && refs.intent) this.intents.delete(refs.intent);
  }

  open(): readonly string[] {
    return [...this.intents];
  }
}
