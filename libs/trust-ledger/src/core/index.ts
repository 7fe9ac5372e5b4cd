/** The door of @dmitry/trust-ledger. */
export { Ledger } from './ledger.port.ts';
export type { Actor, AppendedEntry, EntryDraft, LedgerQuery, LedgerSession, ResolvedEntry, StoredEntry } from './ledger.port.ts';
export { Sequencer } from './log.port.ts';
export type { LogReader, SignedCheckpoint } from './log.port.ts';
