import type { LedgerEntry } from '@dmitry/contracts';
import { decodeBase64, ledgerFault, type LedgerQuery, type WrittenEntry } from '../core/index.ts';
import type { RecordShape } from './entry-record.ts';
import type { JournalPlace } from './journal.ts';

/** What is kept in memory of an entry. */
export interface Row {
  readonly id: string;
  readonly type: LedgerEntry['type'];
  readonly session: string;
  readonly timeMs: number;
  readonly lookups: WrittenEntry['lookups'];
  /** Its record in the journal. */
  readonly place: JournalPlace;
  readonly shape: RecordShape;
  /** The hash of its leaf, until it stands in a tile. */
  leafHash: Uint8Array | null;
}

export const rowOf = (entry: LedgerEntry, place: JournalPlace, shape: RecordShape, leafHash: Uint8Array): Row => ({
  id: entry.id,
  type: entry.type,
  session: entry.session.id,
  timeMs: Date.parse(entry.time),
  lookups: shape.lookups,
  place,
  shape,
  leafHash,
});

/** The place of an entry that was pruned: it has a hash in the tree, and nothing that could be found. */
export const prunedRow = (shape: RecordShape, place: JournalPlace): Row => ({
  id: '',
  type: 'config',
  session: '',
  timeMs: 0,
  lookups: {},
  place,
  shape,
  leafHash: decodeBase64(shape.pruned?.hash ?? ''),
});

/** The durable entries of a tenant in the order of the journal, which is the order of its tree. */
export class TenantRows {
  readonly rows: Row[] = [];
  /** How many of them have their place in the tree. */
  sequenced = 0;
  private readonly places = new Map<string, number>();
  private readonly byDigest = new Map<string, readonly [Row, number]>();
  private readonly openIntents = new Map<string, Row>();

  add(row: Row, entry: LedgerEntry): void {
    this.places.set(row.id, this.rows.length);
    this.rows.push(row);
    for (const [n, { digest }] of entry.payload.entries()) this.byDigest.set(digest, [row, n]);
    if (entry.type === 'intent') this.openIntents.set(entry.id, row);
    if (entry.type === 'outcome' && entry.refs.intent) this.openIntents.delete(entry.refs.intent);
  }

  addPruned(row: Row): void {
    this.rows.push(row);
  }

  /** Its place among the entries, in the tree or not yet. */
  placeOf(id: string): number | null {
    return this.places.get(id) ?? null;
  }

  indexOf(id: string): number | null {
    const place = this.placeOf(id);
    return place !== null && place < this.sequenced ? place : null;
  }

  /** The row and number of a payload part. */
  part(digest: string): readonly [Row, number] | null {
    return this.byDigest.get(digest) ?? null;
  }

  dangling(beforeMs: number, limit: number): Row[] {
    const found: Row[] = [];
    for (const row of this.openIntents.values()) {
      if (found.length === limit) break;
      if (row.timeMs < beforeMs) found.push(row);
    }
    return found;
  }

  waitingSinceMs(): number | null {
    return this.rows[this.sequenced]?.timeMs ?? null;
  }

  /** @throws DmitryError `ledger.entry_unknown` when there is no entry to go on from */
  find(query: LedgerQuery & { readonly limit: number }): Row[] {
    const found: Row[] = [];
    for (const row of this.candidates(query)) {
      if (!row.shape.pruned && matches(row, query)) found.push(row);
      if (found.length === query.limit) break;
    }
    return found;
  }

  private *candidates({ after, ids, newestFirst = false }: LedgerQuery): Generator<Row> {
    const step = newestFirst ? -1 : 1;
    const first = this.firstPlace(after, newestFirst);
    if (ids) {
      const places = ids.flatMap((id) => this.placeOf(id) ?? []).filter((place) => (place - first) * step >= 0);
      for (const place of [...new Set(places)].toSorted((a, b) => (a - b) * step)) yield this.rows[place] as Row;
      return;
    }
    for (let place = first; place >= 0 && place < this.rows.length; place += step) yield this.rows[place] as Row;
  }

  private firstPlace(after: string | undefined, newestFirst: boolean): number {
    if (after === undefined) return newestFirst ? this.rows.length - 1 : 0;
    const place = this.placeOf(after);
    if (place === null)
      throw ledgerFault('ledger.entry_unknown', `no entry ${after} of this tenant to go on from`, { severity: 'info' });
    return newestFirst ? place - 1 : place + 1;
  }
}

const LOOKUPS = ['finding', 'run', 'event', 'request', 'effect'] as const;

/** Whether the members that narrow by value allow it. */
export function matches(
  { type, session, lookups }: Pick<Row, 'type' | 'session' | 'lookups'>,
  query: LedgerQuery,
): boolean {
  if (query.type !== undefined && query.type !== type) return false;
  if (query.session !== undefined && query.session !== session) return false;
  return LOOKUPS.every((name) => query[name] === undefined || query[name] === lookups[name]);
}
