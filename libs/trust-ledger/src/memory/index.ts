/** A ledger in memory: for specs of other libraries, demonstrations, and processes whose record may end with them. */
export { createMemoryLedger } from './memory-ledger.ts';
export type { MemoryLedger, MemoryLedgerOptions } from './memory-ledger.ts';
export { createMemoryDatabase } from './memory-database.ts';
export { createMemoryCheckpointKeeper } from './memory-checkpoint-keeper.ts';
