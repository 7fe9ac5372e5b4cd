import type { EntryType, LedgerEntry } from '@dmitry/contracts';
import type { Tx } from '@dmitry/storage';

/** Who did it, by name; the ledger writes the pseudonym. */
export interface Actor {
  readonly kind: LedgerEntry['actor']['kind'];
  readonly name: string;
}

/** What a caller hands in; the ledger adds id, time, session number, pseudonyms, commitments and encryption. */
export interface EntryDraft {
  readonly type: EntryType;
  /** @default the session's actor */
  readonly actor?: Actor;
  readonly refs?: LedgerEntry['refs'];
  /** Small and public: names no person or entity. */
  readonly facts?: LedgerEntry['facts'];
  /** Everything that could be guessed: field → value. Committed with a fresh salt each, value and salt kept in the payload. */
  readonly committed?: Readonly<Record<string, unknown>>;
  /** Full request, reply or list: encrypted as a payload part of its own (JSON). */
  readonly payload?: unknown;
  /** Data subject whose key encrypts the payload, so that erasing the key erases it. @default the tenant's key */
  readonly subject?: string;
  /** Clear references for look-ups, in the database only, never in the entry. */
  readonly lookups?: {
    readonly finding?: string;
    readonly run?: string;
    readonly event?: string;
    readonly request?: string;
    readonly effect?: string;
    /** What it is about: entity keys of evidence, ids that a read named. Not searched by. */
    readonly subjects?: readonly string[];
  };
}

/** Durable (L1) once the transaction that appended it commits. */
export interface AppendedEntry {
  readonly id: string;
  readonly entry: LedgerEntry;
}

/** One request or one job attempt: a numbered part of the tenant's log, closed by a seal with the count. */
export interface LedgerSession {
  readonly id: string;
  readonly tenant: string;
  /**
   * Appends in the caller's transaction: state and entries are one commit. A rolled back transaction gives its numbers back; two open
   * transactions of one session wait for each other. Order of the drafts is the order of the numbers.
   * @throws DmitryError `ledger.session_sealed`, `ledger.backlog` (when a draft is an intent), `ledger.entry_invalid`, `ledger.entry_too_large`
   */
  append(tx: Tx, drafts: readonly EntryDraft[]): Promise<AppendedEntry[]>;
  /** Appends in a transaction of its own; durable when it resolves. */
  record(drafts: readonly EntryDraft[]): Promise<AppendedEntry[]>;
  /**
   * Writes the seal with the count, in a transaction of its own. Idempotent; nothing can be appended afterwards (`ledger.session_sealed`).
   * A session in which nothing was appended leaves no trace.
   */
  seal(): Promise<void>;
}

/** An entry as evidence: what P3 needs to know of a reference. */
export interface ResolvedEntry {
  readonly id: string;
  readonly type: EntryType;
  readonly timeMs: number;
  /** For an outcome: whether the read succeeded. For evidence entries: true. */
  readonly succeeded: boolean;
  /** `service:operation` of an outcome, rule of a finding's evidence: what counts as distinct sources. */
  readonly source: string;
  readonly facts: LedgerEntry['facts'];
  readonly finding: string | null;
  /** What it is about: entity keys of evidence, ids that a read named. Absent where that is not known, as in records of former times. */
  readonly subjects?: readonly string[];
}

/**
 * The ledger of one deployment: one Merkle log per tenant. `openSession` reads in a transaction of its own, so call it outside of any.
 * `openSession` refuses with `ledger.backlog` (503) while more than ten seconds of entries wait for the sequencer; outcomes still pass; with
 * `ledger.behind_checkpoint` while the database is known to be older than a checkpoint that was signed.
 */
export interface Ledger {
  openSession(
    tenant: string,
    actor: Actor,
    options?: { readonly continues?: string; readonly lookups?: EntryDraft['lookups'] },
  ): Promise<LedgerSession>;
  /** Resolves references for this tenant. What is not in the answer does not exist for it. */
  resolve(tx: Tx, ids: readonly string[]): Promise<Map<string, ResolvedEntry>>;
  /** Entries with their clear references, in the order in which they were appended (newest last). */
  list(tx: Tx, query: LedgerQuery): Promise<StoredEntry[]>;
  /** Decrypted committed fields and payload of an entry, or null when its key was erased. */
  reveal(
    tx: Tx,
    id: string,
  ): Promise<{
    readonly committed: Record<string, { readonly salt: string; readonly value: unknown }>;
    readonly payload: unknown;
  } | null>;
  /** Intents without an outcome, written more than `olderThanMs` ago; oldest first, at most 1,000. */
  dangling(tx: Tx, olderThanMs: number): Promise<StoredEntry[]>;
  /** The tenant's pseudonym and log origin. */
  origin(tenant: string): Promise<string>;
}
export const Ledger = Symbol('Ledger');

/** Every member narrows the answer. */
export interface LedgerQuery {
  /** Id of the entry after which to go on. @throws DmitryError `ledger.entry_unknown` when the tenant has no such entry */
  readonly after?: string;
  /** @default 100, at most 1,000 */
  readonly limit?: number;
  readonly type?: EntryType;
  readonly finding?: string;
  readonly run?: string;
  readonly event?: string;
  readonly request?: string;
  readonly effect?: string;
  readonly session?: string;
  /** Exactly these entries. */
  readonly ids?: readonly string[];
  /** From the newest back; `after` then goes on with older ones. @default false */
  readonly newestFirst?: boolean;
}

export interface StoredEntry {
  readonly entry: LedgerEntry;
  /** Place in the tree, or null until it is sequenced. */
  readonly index: number | null;
  readonly lookups: NonNullable<EntryDraft['lookups']>;
}
