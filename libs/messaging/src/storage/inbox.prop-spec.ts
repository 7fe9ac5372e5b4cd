import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { seed } from '@dmitry/kit/testing';
import type { Database } from '@dmitry/storage';
import { openTestDatabase } from '@dmitry/storage/testing';
import fc from 'fast-check';
import type { InboxMessage, InboxOutcome } from '../core/index.ts';
import { createInbox, messagingMigrations } from './index.ts';

/** What an inbox is, without a database. */
function model(): (message: InboxMessage) => InboxOutcome {
  const accepted = new Map<string, string>();
  return ({ source, id, digest }) => {
    const known = accepted.get(`${source}\n${id}`);
    if (known === undefined) accepted.set(`${source}\n${id}`, digest);
    if (known === undefined) return 'new';
    return known === digest ? 'duplicate' : 'conflict';
  };
}

describe('the inbox', () => {
  let database: Database;
  beforeAll(async () => {
    database = await openTestDatabase(messagingMigrations);
  });
  afterAll(() => database.close());

  it('answers as a map of first digests would, however messages are batched', async () => {
    const message = fc.record({
      source: fc.constantFrom('s', 't'),
      id: fc.constantFrom('1', '2', '3', '4'),
      digest: fc.constantFrom('x', 'y'),
    });
    const batches = fc.array(fc.array(message, { maxLength: 6 }), { maxLength: 5 });
    let run = 0;
    const property = fc.asyncProperty(batches, async (given) => {
      const tenant = `run-${run++}`;
      const expected = model();
      for (const batch of given) {
        const outcomes = await database.tenant(tenant, (tx) => createInbox().acceptAll(tx, batch));
        expect(outcomes).toEqual(batch.map(expected));
      }
    });
    await fc.assert(property, { seed: seed(), numRuns: 60 });
  });
});
