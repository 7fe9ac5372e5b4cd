import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ManualClock, SeededIds } from '@dmitry/kit/memory';
import { PgliteDatabase } from '@dmitry/storage/pglite';
import { openFileLedger } from '../src/files/index.ts';
import { trustLedgerMigrations } from '../src/storage/index.ts';
import { describeCryptoShred, type Shredded } from './crypto-shred.ts';
import { shreddedDatabase } from './shredded-database.ts';

const filesOf = (folder: string): Buffer => {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
  return Buffer.concat(files.map(({ parentPath, name }) => readFileSync(join(parentPath, name))));
};

describeCryptoShred('PGlite in a folder', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dmitry-shred-'));
  const database = await PgliteDatabase.open({ folder: join(folder, 'database'), migrations: trustLedgerMigrations });
  const subject = shreddedDatabase(database);
  return {
    ...subject,
    // the rows, and every file of the engine: pages, write-ahead log
    everything: async () => Buffer.concat([await subject.everything(), filesOf(folder)]),
    close: async () => {
      await subject.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
});

describeCryptoShred('plain files', async (): Promise<Shredded> => {
  const folder = mkdtempSync(join(tmpdir(), 'dmitry-shred-'));
  const clock = new ManualClock();
  const ids = new SeededIds(clock, 'shred files');
  const [pseudonymKey, masterKey, signerSeed] = [ids.bytes(32), ids.bytes(32), ids.bytes(32)];
  const keys = { deployment: 'shred.example', pseudonymKey, masterKey, signerSeed };
  const opened = await openFileLedger({ folder, ...keys, clock, ids, sequenceEveryMs: null });
  return {
    ...opened,
    verifierKey: (tenant) => opened.signer(tenant).verifierKey,
    secrets: [pseudonymKey, masterKey, signerSeed],
    everything: () => Promise.resolve(filesOf(folder)),
    ciphertexts: (_, { entry }) => {
      // journal records: the ciphertexts stand behind the leaf, in the order of the parts
      const journal = filesOf(join(folder, 'journal'));
      let at = journal.indexOf(`"id":"${entry.id}"`);
      at = journal.indexOf('"v":1}', at) + '"v":1}'.length;
      return Promise.resolve(
        entry.payload.map(({ size }) => {
          const part = journal.subarray(at, at + size);
          at += size;
          return part;
        }),
      );
    },
    close: async () => {
      await opened.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
});
