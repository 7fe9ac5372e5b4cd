import type { AppendedEntry, EntryDraft, LedgerSession } from '../core/index.ts';
import type { Database } from '@dmitry/storage';

interface Waiting {
  readonly draft: EntryDraft;
  resolve(entry: AppendedEntry): void;
  reject(error: unknown): void;
}

/** Entries of one commit at most. */
const MAX_BATCH = 256;

/**
 * Appends in groups: what arrives while a commit is under way goes out together with the next one, in the order of arrival. A session's
 * entries wait for each other anyway; so parallel reads cost two commits and not two each.
 */
export class GroupAppend {
  private waiting: Waiting[] = [];
  private running = false;

  constructor(
    private readonly session: LedgerSession,
    private readonly database: Database,
  ) {}

  /** Durable when it resolves. A group that fails, fails for all in it. */
  append(draft: EntryDraft): Promise<AppendedEntry> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ draft, resolve, reject });
      if (!this.running) void this.run();
    });
  }

  private async run(): Promise<void> {
    this.running = true;
    await Promise.resolve(); // whatever the same turn of the caller adds, joins
    while (this.waiting.length > 0) await this.commit(this.waiting.splice(0, MAX_BATCH));
    this.running = false;
  }

  private async commit(group: readonly Waiting[]): Promise<void> {
    const drafts = group.map(({ draft }) => draft);
    try {
      const entries = await this.database.tenant(this.session.tenant, (tx) => this.session.append(tx, drafts));
      for (const [at, one] of group.entries()) one.resolve(entries[at] as AppendedEntry);
    } catch (error) {
      for (const one of group) one.reject(error);
    }
  }
}
