import { createHash } from 'node:crypto';
import type { IdSource } from '@dmitry/kit';
import type { Tx } from '@dmitry/storage';
import type { AppendedEntry, EntryDraft, Ledger, LedgerSession, ResolvedEntry } from '@dmitry/trust-ledger';

/** A ledger whose evidence a test writes by hand, and whose appended drafts it reads back. Nothing is proven by it. */
export class LedgerDouble implements Pick<Ledger, 'resolve'> {
  readonly drafts: { readonly tenant: string; readonly id: string; readonly draft: EntryDraft }[] = [];
  private readonly entries = new Map<string, ResolvedEntry>();

  constructor(private readonly ids: IdSource) {}

  /** Puts an entry there for one tenant. @returns its id */
  add(tenant: string, entry: Omit<ResolvedEntry, 'id'>): string {
    const id = this.ids.uuid();
    this.entries.set(`${tenant} ${id}`, { ...entry, id });
    return id;
  }

  resolve(tx: Tx, ids: readonly string[]): Promise<Map<string, ResolvedEntry>> {
    const found = ids.flatMap((id) => this.entries.get(`${tx.tenant} ${id}`) ?? []);
    return Promise.resolve(new Map(found.map((entry) => [entry.id, entry])));
  }

  session(tenant: string): LedgerSession {
    const append = (drafts: readonly EntryDraft[]): Promise<AppendedEntry[]> =>
      Promise.resolve(drafts.map((draft) => this.append(tenant, draft)));
    return {
      id: this.ids.uuid(),
      tenant,
      append: (_tx, drafts) => append(drafts),
      record: append,
      seal: () => Promise.resolve(),
    };
  }

  /** Drafts of one type, oldest first. */
  of(type: EntryDraft['type']): EntryDraft[] {
    return this.drafts.filter((each) => each.draft.type === type).map((each) => each.draft);
  }

  private append(tenant: string, draft: EntryDraft): AppendedEntry {
    const id = this.ids.uuid();
    this.drafts.push({ tenant, id, draft });
    const pseudonym = createHash('sha256')
      .update(draft.actor?.name ?? 'session')
      .digest('hex')
      .slice(0, 16);
    return {
      id,
      entry: {
        v: 1,
        id,
        tenant: 'pseudonym',
        type: draft.type,
        time: '2026-01-01T00:00:00.000Z',
        session: { id, seq: 0 },
        actor: { kind: draft.actor?.kind ?? 'service', pseudonym },
        refs: draft.refs ?? {},
        facts: draft.facts ?? {},
        commitments: {},
        payload: [],
      },
    };
  }
}
