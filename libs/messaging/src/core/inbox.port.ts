import type { Tx } from '@dmitry/storage';

/** What identifies a message, and what tells whether it is the same message again. */
export interface InboxMessage {
  /** Who numbered it, e.g. a CloudEvents source. */
  readonly source: string;
  /** Its id there. */
  readonly id: string;
  /** Digest of its content, e.g. SHA-256 of the bytes. */
  readonly digest: string;
}

/**
 * - `new`: never seen by this tenant; now it is, once the transaction commits.
 * - `duplicate`: the same content was seen before: there is nothing to do.
 * - `conflict`: another content was seen under this id. It is kept in the list of conflicts; give the record to the dead letters as `INBOX_CONFLICT`.
 */
export type InboxOutcome = 'new' | 'duplicate' | 'conflict';

/** The reason under which the record of a conflict goes to the dead letters. */
export const INBOX_CONFLICT = 'messaging.inbox_conflict';

export interface InboxConflict {
  readonly source: string;
  readonly id: string;
  /** Of what was accepted first. */
  readonly digest: string;
  /** Of what came later. */
  readonly otherDigest: string;
  readonly seenAt: Date;
}

/** Messages that a tenant has accepted: the reason why at-least-once delivery takes effect once. */
export interface Inbox {
  accept(tx: Tx, message: InboxMessage): Promise<InboxOutcome>;
  /** The same for many in two statements. The answers stand in the order of the messages, doubles within them included. */
  acceptAll(tx: Tx, messages: readonly InboxMessage[]): Promise<InboxOutcome[]>;
  /** Conflicts, newest first. @param limit at most this many */
  conflicts(tx: Tx, limit: number): Promise<InboxConflict[]>;
}
export const Inbox = Symbol('Inbox');
