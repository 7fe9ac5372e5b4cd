import type { Clock, IdSource } from '@dmitry/kit';
import type { Database, DataKeys } from '@dmitry/storage';
import { createSealer } from '@dmitry/storage/sql';
import {
  createLogSigners,
  createPseudonyms,
  type Ledger,
  LedgerOver,
  type LogReader,
  type LogSigner,
  type Sequencer,
} from '../core/index.ts';
import { createMemoryDatabase } from './memory-database.ts';
import { createMemoryDataKeys } from './memory-data-keys.ts';
import { MemoryEntryStore } from './memory-entry-store.ts';
import { MemoryLog } from './memory-log.ts';

export interface MemoryLedgerOptions {
  readonly clock: Clock;
  readonly ids: IdSource;
  /** @default 'memory' */
  readonly deployment?: string;
  /** @default 32 bytes from `ids` */
  readonly pseudonymKey?: Uint8Array;
  /** From which the key of each log is derived. @default 32 bytes from `ids` */
  readonly signerSeed?: Uint8Array;
  /** `automatic`: an entry has its place in the tree as soon as it is durable. `manual`: `sequencer.round()` gives it. @default 'automatic' */
  readonly sequencing?: 'automatic' | 'manual';
}

export interface MemoryLedger {
  readonly ledger: Ledger;
  readonly sequencer: Sequencer;
  /** Transactions that can roll entries back. In anybody else's transactions an entry counts as soon as it is appended. */
  readonly database: Database;
  readonly dataKeys: DataKeys;
  reader(tenant: string): LogReader;
  signer(tenant: string): LogSigner;
}

/** A whole ledger in memory, the same entries, trees, proofs and checkpoints as anywhere; gone with the process. */
export function createMemoryLedger(options: MemoryLedgerOptions): MemoryLedger {
  const { clock, ids, sequencing = 'automatic' } = options;
  const pseudonyms = createPseudonyms(options.deployment ?? 'memory', options.pseudonymKey ?? ids.bytes(32));
  const signers = createLogSigners(options.signerSeed ?? ids.bytes(32));
  const signer = (tenant: string): LogSigner => signers(pseudonyms.origin(tenant));
  const logs = new Map<string, MemoryLog>();
  const logOf = (tenant: string): MemoryLog => {
    const log = logs.get(tenant) ?? new MemoryLog(signer(tenant));
    logs.set(tenant, log);
    return log;
  };
  const store = new MemoryEntryStore((tenant) => {
    if (sequencing === 'automatic') include(tenant);
  });
  const include = (tenant: string): number => {
    const waiting = store.waiting(tenant);
    if (waiting.length === 0) return 0;
    const first = logOf(tenant).include(waiting.map(({ entry, bytes }) => ({ id: entry.id, bytes })));
    for (const [at, row] of waiting.entries()) row.index = first + at;
    return waiting.length;
  };
  const database = createMemoryDatabase();
  const dataKeys = createMemoryDataKeys(ids);
  return {
    ledger: new LedgerOver({ clock, ids, pseudonyms, dataKeys, sealer: createSealer(ids), database, store }),
    sequencer: { round: () => Promise.resolve(store.tenants().reduce((sum, tenant) => sum + include(tenant), 0)) },
    database,
    dataKeys,
    reader: logOf,
    signer,
  };
}
