import type { LedgerEntry } from '@dmitry/contracts';
import type { Tx } from '@dmitry/storage';
import {
  type EntryStore,
  leafHash,
  type LedgerQuery,
  type Pseudonyms,
  type Reservation,
  type StoredEntry,
  type WrittenEntry,
} from '../core/index.ts';
import { encodeRecord, readRecords } from './entry-record.ts';
import type { Staging } from './file-transactions.ts';
import type { Journal } from './journal.ts';
import { SessionNumbers } from './session-numbers.ts';
import { matches, prunedRow, type Row, rowOf, TenantRows } from './tenant-rows.ts';

/** Entries in a journal, with an index of them in memory. Tenants stand there by their pseudonyms. */
export class FileEntryStore implements EntryStore, Staging {
  private readonly tenants = new Map<string, TenantRows>();
  private readonly sessions = new SessionNumbers();
  private readonly staged = new WeakMap<Tx, WrittenEntry[]>();
  private readonly waiting = new Set<string>();
  private journal: Journal | null = null;

  constructor(private readonly pseudonyms: Pseudonyms) {}

  /** Takes up what a journal holds; then goes on in it. */
  visitFrame(body: Buffer, segment: number, offset: number): void {
    for (const { at, shape } of readRecords(body)) {
      if (shape.pruned) {
        this.tenant(shape.pruned.tenant).addPruned(prunedRow(shape, { segment, offset: offset + at }));
        this.waiting.add(shape.pruned.tenant);
        continue;
      }
      const leaf = body.subarray(at + shape.leafAt, at + shape.leafAt + shape.leafBytes);
      const entry = JSON.parse(leaf.toString('utf8')) as LedgerEntry;
      this.publish(entry, rowOf(entry, { segment, offset: offset + at }, shape, leafHash(leaf)));
      this.sessions.found(entry.session.id, entry.session.seq, entry.type === 'seal');
    }
  }

  writeTo(journal: Journal): void {
    this.journal = journal;
  }

  async reserve(tx: Tx, sessionId: string, count: number, seal: boolean): Promise<Reservation | null> {
    const firstSeq = await this.sessions.take(tx, sessionId, count, seal);
    return firstSeq === null ? null : { firstSeq, waitingSinceMs: this.rowsOf(tx).waitingSinceMs() };
  }

  insert(tx: Tx, entries: readonly WrittenEntry[]): Promise<void> {
    const staged = this.staged.get(tx) ?? [];
    staged.push(...entries);
    this.staged.set(tx, staged);
    return Promise.resolve();
  }

  async commit(tx: Tx): Promise<void> {
    const entries = this.staged.get(tx) ?? [];
    this.staged.delete(tx);
    const records = entries.map(encodeRecord);
    const appended =
      records.length > 0
        ? this.openJournal().append(records.flatMap(({ pieces }) => pieces))
        : Promise.resolve({ segment: 0, offset: 0 });
    this.sessions.release(tx);
    let { segment, offset } = await appended;
    for (const [n, { shape }] of records.entries()) {
      const { entry, bytes } = entries[n] as WrittenEntry;
      this.publish(entry, rowOf(entry, { segment, offset }, shape, leafHash(bytes)));
      offset += shape.bytes;
    }
  }

  rollback(tx: Tx): void {
    this.staged.delete(tx);
    this.sessions.giveBack(tx);
  }

  check(): void {
    this.openJournal().check();
  }

  async list(tx: Tx, query: LedgerQuery & { readonly limit: number }): Promise<StoredEntry[]> {
    const own = this.stagedMatching(tx, query);
    const afterOwn = own.findIndex(({ entry }) => entry.id === query.after);
    if (query.newestFirst) {
      const { after, ...older } = query;
      const rest = own.slice(afterOwn + 1).slice(0, query.limit);
      const onDisk = this.rowsOf(tx).find(afterOwn >= 0 ? older : query);
      return [...(after === undefined || afterOwn >= 0 ? rest : []), ...(await this.read(tx, onDisk))].slice(
        0,
        query.limit,
      );
    }
    if (afterOwn >= 0) return own.slice(afterOwn + 1, afterOwn + 1 + query.limit);
    const durable = await this.read(tx, this.rowsOf(tx).find(query));
    return [...durable, ...own].slice(0, query.limit);
  }

  private stagedMatching(tx: Tx, query: LedgerQuery): StoredEntry[] {
    const found = (this.staged.get(tx) ?? [])
      .filter(({ entry, lookups }) => matches({ type: entry.type, session: entry.session.id, lookups }, query))
      .filter(({ entry }) => !query.ids || query.ids.includes(entry.id))
      .map(({ entry, lookups }): StoredEntry => ({ entry, index: null, lookups }));
    return query.newestFirst ? found.toReversed() : found;
  }

  async ciphertexts(tx: Tx, digests: readonly string[]): Promise<ReadonlyMap<string, Uint8Array>> {
    const found = new Map<string, Uint8Array>();
    const staged = (this.staged.get(tx) ?? []).flatMap(({ parts }) => parts);
    for (const digest of digests) {
      const own = staged.find(({ part }) => part.digest === digest)?.ciphertext;
      const [row, n] = this.rowsOf(tx).part(digest) ?? [];
      const bytes = own ?? (row && n !== undefined ? await this.readPart(row, n) : null);
      if (bytes) found.set(digest, bytes);
    }
    return found;
  }

  private readPart({ place, shape }: Row, n: number): Promise<Uint8Array> {
    const before = shape.partBytes.slice(0, n).reduce((sum, length) => sum + length, 0);
    const offset = place.offset + shape.leafAt + shape.leafBytes + before;
    return this.openJournal().read({ segment: place.segment, offset }, shape.partBytes[n] ?? 0);
  }

  dangling(tx: Tx, beforeMs: number, limit: number): Promise<StoredEntry[]> {
    return this.read(tx, this.rowsOf(tx).dangling(beforeMs, limit));
  }

  waitingSinceMs(tx: Tx): Promise<number | null> {
    return Promise.resolve(this.rowsOf(tx).waitingSinceMs());
  }

  /** The tenants of which entries wait for their places. */
  tenantsWaiting(): readonly string[] {
    return [...this.waiting];
  }

  /** The first `count` entries of a tenant have their places and stand under a signed checkpoint. */
  sequenced(pseudonym: string, count: number): void {
    const tenant = this.tenant(pseudonym);
    for (const row of tenant.rows.slice(tenant.sequenced, count)) row.leafHash = null;
    tenant.sequenced = count;
    if (tenant.rows.length === count) this.waiting.delete(pseudonym);
  }

  tenant(pseudonym: string): TenantRows {
    let rows = this.tenants.get(pseudonym);
    if (!rows) {
      rows = new TenantRows();
      this.tenants.set(pseudonym, rows);
    }
    return rows;
  }

  /** The bytes of leaves, in the order of the rows; what stands together is read together. */
  async leaves(rows: readonly Row[]): Promise<Uint8Array[]> {
    const leaves: Uint8Array[] = [];
    for (let from = 0; from < rows.length;) {
      const run = adjacentRun(rows, from);
      const { segment, offset } = (run[0] as Row).place;
      const last = run.at(-1) as Row;
      const bytes = await this.openJournal().read({ segment, offset }, last.place.offset + last.shape.bytes - offset);
      for (const { place, shape } of run) {
        const at = place.offset - offset + shape.leafAt;
        leaves.push(bytes.subarray(at, at + shape.leafBytes));
      }
      from += run.length;
    }
    return leaves;
  }

  private publish(entry: LedgerEntry, row: Row): void {
    this.tenant(entry.tenant).add(row, entry);
    this.waiting.add(entry.tenant);
  }

  private rowsOf(tx: Tx): TenantRows {
    if (tx.tenant === null) throw new TypeError('entries belong to a tenant: use a transaction of one');
    return this.tenant(this.pseudonyms.tenant(tx.tenant));
  }

  private async read(tx: Tx, rows: readonly Row[]): Promise<StoredEntry[]> {
    const tenant = this.rowsOf(tx);
    const leaves = await this.leaves(rows);
    return rows.map(({ id, lookups }, n) => ({
      entry: JSON.parse(Buffer.from(leaves[n] as Uint8Array).toString('utf8')) as LedgerEntry,
      index: tenant.indexOf(id),
      lookups,
    }));
  }

  private openJournal(): Journal {
    if (!this.journal) throw new TypeError('the journal is not open');
    return this.journal;
  }
}

/** Bytes that one read takes at most. */
const READ_BYTES = 1024 * 1024;

/** The rows from `from` on that one read takes: in one segment, one behind the other, with little between them. */
function adjacentRun(rows: readonly Row[], from: number): Row[] {
  const first = rows[from] as Row;
  const run = [first];
  for (let n = from + 1; n < rows.length; n++) {
    const row = rows[n] as Row;
    const end = row.place.offset + row.shape.bytes - first.place.offset;
    const goesOn = row.place.segment === first.place.segment && row.place.offset > (run.at(-1) as Row).place.offset;
    if (!goesOn || end > READ_BYTES) break;
    run.push(row);
  }
  return run;
}
