import { clearWork, type Database, listWork, type WorkItem } from '@dmitry/storage';

/** Kinds of work that a publication gives rise to, where the sequencer is told to announce it. */
export const COSIGN_WORK = 'ledger-cosign';
export const LOG_OF_LOGS_WORK = 'ledger-log-of-logs';

/**
 * Does the work of each tenant that is listed. What is done is cleared with the signals that stood when it was listed; what is not comes
 * back with the next round, as one signal in place of many.
 * @param work resolves with whether it is done
 * @returns how many were done
 */
export async function workThrough(
  database: Database,
  kind: string,
  work: (tenant: string) => Promise<boolean>,
): Promise<number> {
  const items = await database.worker((tx) => listWork(tx, kind));
  let done = 0;
  for (const item of items) {
    if (await work(item.tenant)) done += 1;
    else if (item.signals.length < 2) continue;
    else await database.tenant(item.tenant, (tx) => tx.signal(kind));
    await clear(database, item);
  }
  return done;
}

const clear = (database: Database, item: WorkItem): Promise<void> => database.worker((tx) => clearWork(tx, item));
