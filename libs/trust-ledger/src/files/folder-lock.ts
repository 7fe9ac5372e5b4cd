import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ledgerFault } from '../core/index.ts';

/** SQLITE_BUSY: somebody else holds the lock. */
const BUSY = 5;

/**
 * Takes a folder for this process by the lock of an empty SQLite file: the operating system gives it back when the process dies, however
 * it dies, and two processes that start at the same moment cannot both have it.
 * @returns what gives the folder back
 * @throws DmitryError `ledger.folder_locked`
 */
export function lockLedgerFolder(folder: string): () => void {
  mkdirSync(folder, { recursive: true });
  const file = new DatabaseSync(join(folder, 'lock'));
  try {
    file.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  } catch (error) {
    file.close();
    if ((error as { errcode?: number }).errcode !== BUSY) throw error;
    throw ledgerFault(
      'ledger.folder_locked',
      `${folder} is open in another process or twice in this one: one ledger writes a folder; close it there first`,
      { retryable: true, cause: error },
    );
  }
  return () => file.close();
}
