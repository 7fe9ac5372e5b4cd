import { ManualClock, SeededIds } from '@dmitry/kit/memory';
import { silentLogger } from '@dmitry/kit';
import type { Tx } from '@dmitry/storage';
import { createDataKeys, createLeases, createSealer } from '@dmitry/storage/sql';
import { openTestDatabase } from '@dmitry/storage/testing';
import { createLogSigners, createPseudonyms } from '../core/index.ts';
import { describeLedgerContract } from '../testing/index.ts';
import { createLedger, createLogReader, createSequencer, trustLedgerMigrations } from './index.ts';

describeLedgerContract('PGlite', async () => {
  const database = await openTestDatabase(trustLedgerMigrations);
  const clock = new ManualClock();
  const ids = new SeededIds(clock, 'pglite');
  const identity = { deployment: 'test.example', pseudonymKey: ids.bytes(32) };
  const dataKeys = createDataKeys({ ids, masterKey: ids.bytes(32) });
  const signer = createLogSigners(ids.bytes(32));
  return {
    database,
    clock,
    ledger: createLedger({ ...identity, database, dataKeys, sealer: createSealer(ids), clock, ids }),
    sequencer: createSequencer({
      ...identity,
      database,
      leases: createLeases(database),
      signer,
      logger: silentLogger,
      holder: 'one',
    }),
    reader: (tenant: string) => createLogReader({ ...identity, database, tenant }),
    signer: (tenant: string) => signer(createPseudonyms(identity.deployment, identity.pseudonymKey).origin(tenant)),
    eraseKeys: (tx: Tx) => dataKeys.erase(tx),
    close: () => database.close(),
  };
});
