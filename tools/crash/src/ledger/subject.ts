import { silentLogger } from '@dmitry/kit';
import { RandomIds, SystemClock } from '@dmitry/kit/node';
import type { Database } from '@dmitry/storage';
import { PostgresDatabase } from '@dmitry/storage/postgres';
import { createDataKeys, createLeases, createSealer } from '@dmitry/storage/sql';
import {
  createLogSigners,
  createPseudonyms,
  type Ledger,
  type LogReader,
  type LogSigner,
  type LogSource,
} from '@dmitry/trust-ledger';
import { openFileLedger } from '@dmitry/trust-ledger/files';
import { createLedger, createLogReader, createSequencer, trustLedgerMigrations } from '@dmitry/trust-ledger/storage';

/** Where a ledger under test lies, and its secrets as hexadecimal text: the same for every process of a run. */
export interface SubjectPlace {
  readonly kind: 'files' | 'database';
  /** A folder, or the URL of a PostgreSQL database of its own. */
  readonly at: string;
  readonly pseudonymKey: string;
  readonly signerSeed: string;
  readonly masterKey: string;
}

/** A ledger of either storage, as the appending process and the examiner use it. */
export interface Subject {
  readonly ledger: Ledger;
  readonly database: Database;
  round(): Promise<number>;
  reader(tenant: string): LogReader & LogSource;
  signer(tenant: string): LogSigner;
  close(): Promise<void>;
}

const DEPLOYMENT = 'crash.example';
/** Short, so that the next process need not wait long for a dead one's logs. */
const LEASE_MS = 300;
/** Small segments, so that kills meet their change as well. */
const SEGMENT_BYTES = 256 * 1024;

const secretsOf = ({ pseudonymKey, signerSeed, masterKey }: SubjectPlace) => ({
  pseudonymKey: Buffer.from(pseudonymKey, 'hex'),
  signerSeed: Buffer.from(signerSeed, 'hex'),
  masterKey: Buffer.from(masterKey, 'hex'),
});

export const openSubject = (place: SubjectPlace): Promise<Subject> =>
  place.kind === 'files' ? openFiles(place) : openDatabase(place);

async function openFiles(place: SubjectPlace): Promise<Subject> {
  const clock = new SystemClock();
  const files = await openFileLedger({
    ...secretsOf(place),
    folder: place.at,
    deployment: DEPLOYMENT,
    clock,
    ids: new RandomIds(clock),
    sequenceEveryMs: null,
    segmentBytes: SEGMENT_BYTES,
  });
  return { ...files, round: () => files.sequencer.round() };
}

async function openDatabase(place: SubjectPlace): Promise<Subject> {
  const clock = new SystemClock();
  const ids = new RandomIds(clock);
  const { pseudonymKey, signerSeed, masterKey } = secretsOf(place);
  const identity = { deployment: DEPLOYMENT, pseudonymKey };
  const database = await PostgresDatabase.open({ url: place.at, migrations: trustLedgerMigrations });
  const signer = createLogSigners(signerSeed);
  const dataKeys = createDataKeys({ ids, masterKey });
  const sequencer = createSequencer({
    ...identity,
    database,
    leases: createLeases(database),
    signer,
    logger: silentLogger,
    holder: ids.uuid(),
    leaseMs: LEASE_MS,
  });
  return {
    ledger: createLedger({ ...identity, database, dataKeys, sealer: createSealer(ids), clock, ids }),
    database,
    round: () => sequencer.round(),
    reader: (tenant) => createLogReader({ ...identity, database, tenant }),
    signer: (tenant) => signer(createPseudonyms(DEPLOYMENT, pseudonymKey).origin(tenant)),
    close: async () => {
      await sequencer.close();
      await database.close();
    },
  };
}
