import type { Tx } from '@dmitry/storage';
import {
  type EntryStore,
  ledgerFault,
  type LedgerQuery,
  type Reservation,
  type StoredEntry,
  type WrittenEntry,
} from '../core/index.ts';
import { isObserved, onSettled } from './memory-database.ts';

interface Row extends WrittenEntry {
  readonly timeMs: number;
  /** The open transaction that wrote it, or null once it is durable. */
  writer: Tx | null;
  index: number | null;
}

interface Session {
  next: number;
  sealed: boolean;
  /** The open transaction that holds its numbers. */
  holder: { readonly tx: Tx; readonly ended: Promise<void> } | null;
}

/** Rows in memory. In a transaction of its own database it can roll back; in anybody else's an entry counts at once. */
export class MemoryEntryStore implements EntryStore {
  private readonly rows = new Map<string, Row[]>();
  private readonly sessions = new Map<string, Session>();
  private readonly parts = new Map<string, Uint8Array>();

  /** @param committed called with the tenant once entries of it are durable */
  constructor(private readonly committed: (tenant: string) => void) {}

  async reserve(tx: Tx, sessionId: string, count: number, seal: boolean): Promise<Reservation | null> {
    const session = this.sessions.get(sessionId) ?? { next: 0, sealed: false, holder: null };
    while (session.holder && session.holder.tx !== tx) await session.holder.ended;
    if (session.sealed || (seal && session.next === 0)) return null;
    const before = { next: session.next, sealed: session.sealed };
    this.sessions.set(sessionId, session);
    if (isObserved(tx)) this.hold(tx, session, before);
    session.next += count;
    session.sealed = seal;
    return { firstSeq: before.next, waitingSinceMs: await this.waitingSinceMs(tx) };
  }

  private hold(tx: Tx, session: Session, before: { readonly next: number; readonly sealed: boolean }): void {
    const { promise, resolve } = Promise.withResolvers<void>();
    session.holder = { tx, ended: promise };
    onSettled(tx, (committed) => {
      if (!committed) Object.assign(session, { next: Math.min(session.next, before.next), sealed: before.sealed });
      session.holder = null;
      resolve();
    });
  }

  insert(tx: Tx, entries: readonly WrittenEntry[]): Promise<void> {
    const tenant = tenantOf(tx);
    const rows = this.rows.get(tenant) ?? [];
    this.rows.set(tenant, rows);
    const observed = isObserved(tx);
    const added = entries.map((one): Row => ({
      ...one,
      timeMs: Date.parse(one.entry.time),
      writer: observed ? tx : null,
      index: null,
    }));
    for (const { part, ciphertext } of entries.flatMap(({ parts }) => parts))
      this.parts.set(`${tenant}/${part.digest}`, ciphertext);
    rows.push(...added);
    if (!observed) this.committed(tenant);
    else onSettled(tx, (committed) => this.settle(tenant, added, committed));
    return Promise.resolve();
  }

  private settle(tenant: string, added: readonly Row[], committed: boolean): void {
    for (const row of added) row.writer = null;
    if (committed) return this.committed(tenant);
    const left = (this.rows.get(tenant) ?? []).filter((row) => !added.includes(row));
    this.rows.set(tenant, left);
  }

  list(tx: Tx, query: LedgerQuery & { readonly limit: number }): Promise<StoredEntry[]> {
    const rows = query.newestFirst ? this.visible(tx).toReversed() : this.visible(tx);
    const after = query.after === undefined ? -1 : rows.findIndex(({ entry }) => entry.id === query.after);
    if (query.after !== undefined && after < 0)
      throw ledgerFault('ledger.entry_unknown', `no entry ${query.after} of this tenant to go on from`, {
        severity: 'info',
      });
    const found = rows.slice(after + 1).filter((row) => matches(row, query));
    return Promise.resolve(found.slice(0, query.limit).map(stored));
  }

  ciphertexts(tx: Tx, digests: readonly string[]): Promise<ReadonlyMap<string, Uint8Array>> {
    const found = new Map<string, Uint8Array>();
    for (const digest of digests) {
      const ciphertext = this.parts.get(`${tenantOf(tx)}/${digest}`);
      if (ciphertext) found.set(digest, ciphertext);
    }
    return Promise.resolve(found);
  }

  dangling(tx: Tx, beforeMs: number, limit: number): Promise<StoredEntry[]> {
    const rows = this.visible(tx);
    const answered = new Set(rows.flatMap(({ entry }) => (entry.type === 'outcome' ? (entry.refs.intent ?? []) : [])));
    const open = rows.filter(
      (row) => row.entry.type === 'intent' && row.timeMs < beforeMs && !answered.has(row.entry.id),
    );
    return Promise.resolve(open.slice(0, limit).map(stored));
  }

  waitingSinceMs(tx: Tx): Promise<number | null> {
    const times = this.visible(tx).flatMap((row) => (row.index === null && row.writer === null ? row.timeMs : []));
    return Promise.resolve(times[0] ?? null);
  }

  /** Durable entries that have no place yet, in the order of insertion. */
  waiting(tenant: string): readonly Row[] {
    return (this.rows.get(tenant) ?? []).filter((row) => row.index === null && row.writer === null);
  }

  tenants(): readonly string[] {
    return [...this.rows.keys()];
  }

  private visible(tx: Tx): readonly Row[] {
    return (this.rows.get(tenantOf(tx)) ?? []).filter((row) => row.writer === null || row.writer === tx);
  }
}

function tenantOf(tx: Tx): string {
  if (tx.tenant === null) throw new TypeError('entries belong to a tenant: use a transaction of one');
  return tx.tenant;
}

const stored = ({ entry, index, lookups }: Row): StoredEntry => ({ entry, index, lookups });

function matches({ entry, lookups }: Row, query: LedgerQuery): boolean {
  const wanted: (readonly [string | undefined, string | undefined])[] = [
    [query.type, entry.type],
    [query.session, entry.session.id],
    [query.finding, lookups.finding],
    [query.run, lookups.run],
    [query.event, lookups.event],
    [query.effect, lookups.effect],
    [query.request, lookups.request],
  ];
  if (query.ids && !query.ids.includes(entry.id)) return false;
  return wanted.every(([asked, is]) => asked === undefined || asked === is);
}
