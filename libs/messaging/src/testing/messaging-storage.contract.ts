import { afterAll, beforeAll, beforeEach, describe } from '@jest/globals';
import type { Database, Migration } from '@dmitry/storage';
import { messagingMigrations } from '../storage/index.ts';
import { describeDeadLetters } from './dead-letters.contract.ts';
import { describeInbox, describeOffsets } from './inbox.contract.ts';
import { describeOutbox } from './outbox.contract.ts';

type OpenDatabase = (migrations: readonly Migration[]) => Promise<Database>;

/** Inbox, outbox, offsets and dead letters on a database. */
export function describeMessagingStorageContract(name: string, open: OpenDatabase): void {
  describe(`messaging storage: ${name}`, () => {
    let database: Database;
    beforeAll(async () => {
      database = await open(messagingMigrations);
    });
    afterAll(() => database.close());
    beforeEach(async () => {
      for (const tenant of ['a', 'b', 'c']) {
        await database.tenant(tenant, async (tx) => {
          for (const table of ['inbox', 'inbox_conflict', 'outbox', 'dead_letter'])
            await tx.query(`DELETE FROM ${table}`);
        });
      }
      await database.worker((tx) => tx.query('DELETE FROM work'));
    });

    describeInbox(() => database);
    describeOutbox(() => database);
    describeOffsets(() => database);
    describeDeadLetters(() => database);
  });
}
