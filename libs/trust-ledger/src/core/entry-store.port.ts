import type { LedgerEntry } from '@dmitry/contracts';
import type { Tx } from '@dmitry/storage';
import type { SealedPart } from './entry/entry-payload.ts';
import type { EntryDraft, LedgerQuery, StoredEntry } from './ledger.port.ts';

/** An entry that is ready to be stored. */
export interface WrittenEntry {
  readonly entry: LedgerEntry;
  /** Its leaf: the RFC 8785 form. Stored as it is and never written anew. */
  readonly bytes: Uint8Array;
  readonly parts: readonly SealedPart[];
  readonly lookups: NonNullable<EntryDraft['lookups']>;
}

export interface Reservation {
  /** Number of the first entry; what stands before it is the session's count. */
  readonly firstSeq: number;
  /** Since when the tenant's oldest entry waits for the sequencer, or null when none does. */
  readonly waitingSinceMs: number | null;
}

/**
 * Rows of a ledger: what `createLedgerOver` needs of a database, or of memory. Everything happens in the caller's transaction and is
 * bound to its tenant. Entries are only ever inserted.
 */
export interface EntryStore {
  /**
   * Takes the next `count` numbers of a session, which exists from its first entry on; gives them back when the transaction rolls back.
   * Whoever else wants numbers of the session waits until this transaction ends. With `seal` nothing is given out afterwards.
   * @returns null when the session is sealed, or is to be sealed and has no entries
   */
  reserve(tx: Tx, sessionId: string, count: number, seal: boolean): Promise<Reservation | null>;
  /** Stores payload parts, then entries, and lets the sequencer know. */
  insert(tx: Tx, entries: readonly WrittenEntry[]): Promise<void>;
  /** In the order of insertion. `limit` is at least 1. */
  list(tx: Tx, query: LedgerQuery & { readonly limit: number }): Promise<StoredEntry[]>;
  /** Ciphertext by digest; what was removed is not in the answer. */
  ciphertexts(tx: Tx, digests: readonly string[]): Promise<ReadonlyMap<string, Uint8Array>>;
  /** Intents written before `beforeMs` to which no outcome refers, oldest first. */
  dangling(tx: Tx, beforeMs: number, limit: number): Promise<StoredEntry[]>;
  waitingSinceMs(tx: Tx): Promise<number | null>;
}
