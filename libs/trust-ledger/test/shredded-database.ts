import { silentLogger } from '@dmitry/kit';
import { ManualClock, SeededIds } from '@dmitry/kit/memory';
import type { Database } from '@dmitry/storage';
import { createDataKeys, createLeases, createSealer } from '@dmitry/storage/sql';
import { createLogSigners, createPseudonyms } from '../src/core/index.ts';
import { createLedger, createLogReader, createSequencer } from '../src/storage/index.ts';
import type { Shredded } from './crypto-shred.ts';

/** Tables that hold anything of the ledger or its keys. */
const TABLES = [
  'ledger_entry',
  'ledger_payload',
  'ledger_session',
  'ledger_segment',
  'ledger_head',
  'ledger_tile',
  'ledger_checkpoint',
  'ledger_open_intent',
  'data_key',
];

/** The ledger of a database, for the crypto-shredding suite. */
export function shreddedDatabase(database: Database): Shredded {
  const clock = new ManualClock();
  const ids = new SeededIds(clock, 'shred');
  const [pseudonymKey, masterKey, seed] = [ids.bytes(32), ids.bytes(32), ids.bytes(32)];
  const identity = { deployment: 'shred.example', pseudonymKey };
  const dataKeys = createDataKeys({ ids, masterKey });
  const signer = createLogSigners(seed);
  const sequencing = { ...identity, database, leases: createLeases(database), logger: silentLogger, holder: 'one' };
  return {
    database,
    dataKeys,
    ledger: createLedger({ ...identity, database, dataKeys, sealer: createSealer(ids), clock, ids }),
    sequencer: createSequencer({ ...sequencing, signer }),
    reader: (tenant) => createLogReader({ ...identity, database, tenant }),
    verifierKey: (tenant) => signer(createPseudonyms(identity.deployment, pseudonymKey).origin(tenant)).verifierKey,
    secrets: [pseudonymKey, masterKey, seed],
    async everything() {
      const rows: Buffer[] = [];
      for (const tenant of ['shred-a', 'shred-b'])
        for (const table of TABLES)
          await database.tenant(tenant, async (tx) => {
            const found = await tx.query<{ row: string }>(`SELECT t::text AS row FROM ${table} t`);
            rows.push(...found.map(({ row }) => Buffer.from(row)));
            // bytea stands in hexadecimal there
            rows.push(
              ...found.flatMap(({ row }) => (row.match(/[0-9a-f]{16,}/g) ?? []).map((hex) => Buffer.from(hex, 'hex'))),
            );
          });
      return Buffer.concat(rows);
    },
    ciphertexts: (tenant, { entry }) =>
      database.tenant(tenant, async (tx) => {
        const digests = entry.payload.map(({ digest }) => digest);
        const rows = await tx.query<{ ciphertext: Uint8Array }>(
          'SELECT ciphertext FROM ledger_payload WHERE digest = ANY($1::text[])',
          [digests],
        );
        return rows.map(({ ciphertext }) => ciphertext);
      }),
    close: () => database.close(),
  };
}
