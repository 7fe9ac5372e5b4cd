import type { Disclosure } from '@dmitry/contracts';
import type { Database, Tx } from '@dmitry/storage';
import { refuseBacklog } from './backlog.policy.ts';
import { DISCLOSURES_MEDIA_TYPE, openPart } from './entry/entry-payload.ts';
import { resolvedEntry } from './entry/resolved-entry.ts';
import { type SealReason, sealDraft } from './entry/seal-entry.ts';
import { type EntryWriterParts, type SessionPlace, writeEntries } from './entry/write-entries.ts';
import type { EntryStore } from './entry-store.port.ts';
import { ledgerFault } from './ledger.errors.ts';
import type {
  Actor,
  AppendedEntry,
  EntryDraft,
  Ledger,
  LedgerQuery,
  LedgerSession,
  ResolvedEntry,
  StoredEntry,
} from './ledger.port.ts';

export interface LedgerParts extends EntryWriterParts {
  readonly database: Database;
  readonly store: EntryStore;
  /** Whether this tenant's log may be written: rejects when it may not. Asked before a session is opened. @default always */
  readonly admit?: (tenant: string) => Promise<void>;
}

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1_000;

/** The ledger over a store of rows: everything but where they are kept. */
export class LedgerOver implements Ledger {
  constructor(private readonly parts: LedgerParts) {}

  async openSession(
    tenant: string,
    actor: Actor,
    options: { continues?: string; lookups?: EntryDraft['lookups'] } = {},
  ): Promise<LedgerSession> {
    const { database, store, clock, ids, admit } = this.parts;
    await admit?.(tenant);
    const waitingSinceMs = await database.tenant(tenant, (tx) => store.waitingSinceMs(tx), { readOnly: true });
    refuseBacklog(waitingSinceMs, clock.now());
    return new SessionOver(this.parts, { id: ids.uuid(), tenant, actor, ...options });
  }

  async resolve(tx: Tx, ids: readonly string[]): Promise<Map<string, ResolvedEntry>> {
    if (ids.length === 0) return new Map();
    const entries = await this.parts.store.list(tx, { ids, limit: ids.length });
    return new Map(entries.map(({ entry, lookups }) => [entry.id, resolvedEntry(entry, lookups)]));
  }

  list(tx: Tx, query: LedgerQuery): Promise<StoredEntry[]> {
    const limit = Math.min(Math.max(query.limit ?? DEFAULT_LIMIT, 1), MAX_LIMIT);
    return this.parts.store.list(tx, { ...query, limit });
  }

  async reveal(tx: Tx, id: string): Promise<{ committed: Record<string, Disclosure>; payload: unknown } | null> {
    const { store, dataKeys, sealer } = this.parts;
    const [stored] = await store.list(tx, { ids: [id], limit: 1 });
    if (!stored) throw ledgerFault('ledger.entry_unknown', `no entry ${id} of this tenant`, { severity: 'info' });
    const ciphertexts = await store.ciphertexts(
      tx,
      stored.entry.payload.map(({ digest }) => digest),
    );
    let committed: Record<string, Disclosure> = {};
    let payload: unknown;
    for (const part of stored.entry.payload) {
      const key = await dataKeys.byId(tx, part.key_id);
      const ciphertext = ciphertexts.get(part.digest);
      if (!key || !ciphertext) return null;
      const value = openPart(sealer, key, stored.entry, { part, ciphertext });
      if (part.media_type === DISCLOSURES_MEDIA_TYPE) committed = value as Record<string, Disclosure>;
      else payload = value;
    }
    return { committed, payload };
  }

  dangling(tx: Tx, olderThanMs: number): Promise<StoredEntry[]> {
    return this.parts.store.dangling(tx, this.parts.clock.now() - olderThanMs, MAX_LIMIT);
  }

  origin(tenant: string): Promise<string> {
    return Promise.resolve(this.parts.pseudonyms.origin(tenant));
  }
}

/** A session by its id and actor; it exists in the store from its first entry on. */
export class SessionOver implements LedgerSession {
  readonly id: string;
  readonly tenant: string;

  constructor(
    private readonly parts: LedgerParts,
    private readonly place: SessionPlace,
  ) {
    this.id = place.id;
    this.tenant = place.tenant;
  }

  async append(tx: Tx, drafts: readonly EntryDraft[]): Promise<AppendedEntry[]> {
    if (drafts.length === 0) return [];
    const reservation = await this.parts.store.reserve(tx, this.id, drafts.length, false);
    if (!reservation)
      throw ledgerFault('ledger.session_sealed', `session ${this.id} is sealed: open a new one that continues it`);
    if (drafts.some(({ type }) => type === 'intent')) refuseBacklog(reservation.waitingSinceMs, this.parts.clock.now());
    return this.insert(tx, reservation.firstSeq, drafts);
  }

  record(drafts: readonly EntryDraft[]): Promise<AppendedEntry[]> {
    return this.parts.database.tenant(this.tenant, (tx) => this.append(tx, drafts));
  }

  seal(): Promise<void> {
    return this.parts.database.tenant(this.tenant, (tx) => this.sealIn(tx, 'completed'));
  }

  /** The seal in the caller's transaction, for whoever ends a session that its owner left. */
  async sealIn(tx: Tx, reason: SealReason): Promise<void> {
    const reservation = await this.parts.store.reserve(tx, this.id, 1, true);
    if (reservation) await this.insert(tx, reservation.firstSeq, [sealDraft(reservation.firstSeq, reason)]);
  }

  private async insert(tx: Tx, firstSeq: number, drafts: readonly EntryDraft[]): Promise<AppendedEntry[]> {
    const written = await writeEntries(this.parts, tx, { ...this.place, firstSeq }, drafts);
    await this.parts.store.insert(tx, written);
    return written.map(({ entry }) => ({ id: entry.id, entry }));
  }
}
