import { SystemClock } from '@dmitry/kit/node';
import { openTestDatabase } from '@dmitry/storage/testing';
import { describeJobJournalContract, describeRunStoreContract, type RunStoreSubject } from '../testing/index.ts';
import { SqlJobJournal, SqlRunStore, workflowMigrations } from './index.ts';

async function open(): Promise<RunStoreSubject> {
  const database = await openTestDatabase(workflowMigrations);
  const journal = new SqlJobJournal(database);
  return { database, journal, runs: new SqlRunStore(journal, new SystemClock()) };
}

describeJobJournalContract('PGlite journal', open);
describeRunStoreContract('PGlite runs', open);
