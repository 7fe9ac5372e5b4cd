import { silentLogger } from '@dmitry/kit';
import { RandomIds, SystemClock } from '@dmitry/kit/node';
import type { Database } from '@dmitry/storage';
import { PostgresDatabase } from '@dmitry/storage/postgres';
import { createDataKeys, createLeases, createSealer } from '@dmitry/storage/sql';
import { createLogSigners, type Ledger, type LogReader } from '@dmitry/trust-ledger';
import { openFileLedger } from '@dmitry/trust-ledger/files';
import { createLedger, createLogReader, createSequencer, trustLedgerMigrations } from '@dmitry/trust-ledger/storage';

/** A ledger that is measured; `round` is the sequencer's. */
export interface MeasuredLedger {
  readonly ledger: Ledger;
  readonly database: Database;
  round(): Promise<number>;
  reader(tenant: string): LogReader;
  close(): Promise<void>;
}

const DEPLOYMENT = 'bench.example';

export async function openFiles(folder: string, sequenceEveryMs: number | null): Promise<MeasuredLedger> {
  const clock = new SystemClock();
  const ids = new RandomIds(clock);
  const [pseudonymKey, signerSeed, masterKey] = [ids.bytes(32), ids.bytes(32), ids.bytes(32)];
  const secrets = { pseudonymKey, signerSeed, masterKey };
  const files = await openFileLedger({ folder, deployment: DEPLOYMENT, ...secrets, clock, ids, sequenceEveryMs });
  return { ...files, round: () => files.sequencer.round() };
}

export async function openDatabase(url: string): Promise<MeasuredLedger> {
  const clock = new SystemClock();
  const ids = new RandomIds(clock);
  const identity = { deployment: DEPLOYMENT, pseudonymKey: ids.bytes(32) };
  const database = await PostgresDatabase.open({ url, migrations: trustLedgerMigrations });
  const dataKeys = createDataKeys({ ids, masterKey: ids.bytes(32) });
  const sequencer = createSequencer({
    ...identity,
    database,
    leases: createLeases(database),
    signer: createLogSigners(ids.bytes(32)),
    logger: silentLogger,
    holder: ids.uuid(),
  });
  return {
    ledger: createLedger({ ...identity, database, dataKeys, sealer: createSealer(ids), clock, ids }),
    database,
    round: () => sequencer.round(),
    reader: (tenant) => createLogReader({ ...identity, database, tenant }),
    close: async () => {
      await sequencer.close();
      await database.close();
    },
  };
}
