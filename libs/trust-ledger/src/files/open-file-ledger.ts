import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock, type IdSource, type Logger, silentLogger } from '@dmitry/kit';
import type { Database, DataKeys } from '@dmitry/storage';
import { createSealer } from '@dmitry/storage/sql';
import {
  type CheckpointKeeper,
  createLogSigners,
  createPseudonyms,
  type Ledger,
  LedgerOver,
  type LogReader,
  type LogSigner,
  type LogSource,
  type Sequencer,
} from '../core/index.ts';
import { createFileDataKeys } from './file-data-keys.ts';
import { FileEntryStore } from './file-entry-store.ts';
import { FileLog } from './file-log.ts';
import { FileSequencer } from './file-sequencer.ts';
import { createFileTransactions } from './file-transactions.ts';
import { lockLedgerFolder } from './folder-lock.ts';
import { Journal } from './journal.ts';

export interface FileLedgerOptions {
  /** On a local disk; made when it is not there. One process has it at a time. */
  readonly folder: string;
  /** First part of every log's origin, e.g. `dmitry.example.com`: no spaces, no plus. */
  readonly deployment: string;
  /** 32 bytes or more that never leave the deployment; with another key every tenant gets another log. */
  readonly pseudonymKey: Uint8Array;
  /** 32 bytes or more from which the key of each log is derived. */
  readonly signerSeed: Uint8Array;
  /** The seed before, while keys change: both sign. */
  readonly retiringSeed?: Uint8Array;
  /** 32 bytes under which data keys are wrapped. Keep all three elsewhere than the folder. */
  readonly masterKey: Uint8Array;
  readonly clock: Clock;
  readonly ids: IdSource;
  /** Pause between rounds of the sequencer, milliseconds; null: only `sequencer.round()` signs. @default 200 */
  readonly sequenceEveryMs?: number | null;
  /** Size from which a new segment of the journal is begun. @default 64 MiB */
  readonly segmentBytes?: number;
  /** Checkpoints outside the folder: a journal that is behind them is not opened. */
  readonly keeper?: CheckpointKeeper;
  /** @default silent */
  readonly logger?: Logger;
}

export interface FileLedger {
  readonly ledger: Ledger;
  readonly sequencer: Sequencer;
  /** Transactions of the ledger's entries: durable when they resolve, gone when they reject. */
  readonly database: Database;
  readonly dataKeys: DataKeys;
  reader(tenant: string): LogReader & LogSource;
  signer(tenant: string): LogSigner;
  /** Where the tenant's static files lie: `checkpoint`, `tile/…`, `log.pub`. */
  logFolder(tenant: string): string;
  /** Waits for appends and the round that runs, and gives the folder back. */
  close(): Promise<void>;
}

const DEFAULT_SEQUENCE_MS = 200;
const DEFAULT_SEGMENT_BYTES = 64 * 1024 * 1024;

/**
 * A ledger in plain files, without a database: a journal that many callers share one flush of, and each tenant's log as static tiles.
 * @throws DmitryError `ledger.folder_locked` · `ledger.files_damaged` when acknowledged entries are not readable ·
 *   `ledger.behind_checkpoint` when signed ones are missing · `ledger.key_invalid`
 */
export async function openFileLedger(options: FileLedgerOptions): Promise<FileLedger> {
  const unlock = lockLedgerFolder(options.folder);
  try {
    return await openLocked(options, unlock);
  } catch (error) {
    unlock();
    throw error;
  }
}

async function openLocked(options: FileLedgerOptions, unlock: () => void): Promise<FileLedger> {
  const { folder, deployment, pseudonymKey, clock, ids, logger = silentLogger } = options;
  const pseudonyms = createPseudonyms(deployment, pseudonymKey);
  const store = new FileEntryStore(pseudonyms);
  const signers = createLogSigners(options.signerSeed, options.retiringSeed);
  const dataKeys = createFileDataKeys({ folder: join(folder, 'keys'), ids, masterKey: options.masterKey });
  const { segmentBytes = DEFAULT_SEGMENT_BYTES, sequenceEveryMs = DEFAULT_SEQUENCE_MS } = options;
  const journal = await Journal.open({ folder: join(folder, 'journal'), segmentBytes }, (body, segment, at) =>
    store.visitFrame(body, segment, at),
  );
  store.writeTo(journal);
  const logs = new FileLogs(options, store, (pseudonym) => signers(`${deployment}/${pseudonym}`));
  try {
    await logs.restore();
  } catch (error) {
    await journal.close();
    throw error;
  }
  const sequencer = new FileSequencer(logs, logger);
  if (sequenceEveryMs !== null) sequencer.every(sequenceEveryMs);
  const close = async (): Promise<void> => {
    await sequencer.stop();
    await journal.close();
    unlock();
  };
  const database = createFileTransactions(store, close);
  return {
    ledger: new LedgerOver({ clock, ids, pseudonyms, dataKeys, sealer: createSealer(ids), database, store }),
    sequencer,
    database,
    dataKeys,
    reader: (tenant) => logs.of(pseudonyms.tenant(tenant)),
    signer: (tenant) => signers(pseudonyms.origin(tenant)),
    logFolder: (tenant) => logs.folderOf(pseudonyms.tenant(tenant)),
    close,
  };
}

/** The logs of a folder by their tenants' pseudonyms. */
class FileLogs {
  private readonly logs = new Map<string, FileLog>();

  constructor(
    private readonly options: FileLedgerOptions,
    private readonly store: FileEntryStore,
    private readonly signer: (pseudonym: string) => LogSigner,
  ) {}

  /** All of them, also those of which the journal knows nothing: what was signed must be there. */
  async restore(): Promise<void> {
    const folders = await readdir(join(this.options.folder, 'logs')).catch(() => []);
    for (const pseudonym of new Set([...folders, ...this.store.tenantsWaiting()])) await this.of(pseudonym).restore();
  }

  waiting(): readonly string[] {
    return this.store.tenantsWaiting();
  }

  include(pseudonym: string): Promise<number> {
    return this.of(pseudonym).include();
  }

  folderOf(pseudonym: string): string {
    return join(this.options.folder, 'logs', pseudonym);
  }

  of(pseudonym: string): FileLog {
    let log = this.logs.get(pseudonym);
    if (!log) {
      const { store, options } = this;
      const [folder, signer] = [this.folderOf(pseudonym), this.signer(pseudonym)];
      log = new FileLog({ folder, pseudonym, signer, store, keeper: options.keeper });
      this.logs.set(pseudonym, log);
    }
    return log;
  }
}
