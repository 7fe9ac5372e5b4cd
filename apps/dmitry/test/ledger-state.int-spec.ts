import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { silentLogger } from '@dmitry/kit';
import { ManualClock, SeededIds } from '@dmitry/kit/memory';
import { describeWithService } from '@dmitry/kit/testing';
import { PostgresDatabase } from '@dmitry/storage/postgres';
import { createDataKeys, createLeases, createSealer } from '@dmitry/storage/sql';
import { createDatabase } from '@dmitry/storage/testing';
import { createLogSigners } from '@dmitry/trust-ledger';
import { createFileCheckpointKeeper, exportTiles } from '@dmitry/trust-ledger/files';
import { createLedger, createLogReader, createSequencer, trustLedgerMigrations } from '@dmitry/trust-ledger/storage';
import { join } from 'node:path';
import { openDesk } from './support/desk.ts';

jest.setTimeout(60_000);

describeWithService('postgres', 'dmitry ledger on the database of a deployment', (address) => {
  describe('named by DATABASE_URL', () => {
    const desk = openDesk();
    const keys = { pseudonym: '0a'.repeat(32), seed: '0b'.repeat(32), master: '0c'.repeat(32) };
    let env: Record<string, string>;
    let drop: () => Promise<void>;
    beforeAll(async () => {
      const own = await createDatabase(address);
      drop = () => own.drop();
      const clock = new ManualClock();
      const ids = new SeededIds(clock, 'state');
      const bytes = (hex: string) => Buffer.from(hex, 'hex');
      const identity = { deployment: 'dmitry.example.com', pseudonymKey: bytes(keys.pseudonym) };
      const database = await PostgresDatabase.open({ url: own.url, migrations: trustLedgerMigrations });
      const dataKeys = createDataKeys({ ids, masterKey: bytes(keys.master) });
      const ledger = createLedger({ ...identity, database, dataKeys, sealer: createSealer(ids), clock, ids });
      await (await ledger.openSession('other', { kind: 'service', name: 's' })).record([{ type: 'config' }]);
      const session = await ledger.openSession('acme', { kind: 'service', name: 's' });
      await session.record(Array.from({ length: 299 }, (_, n) => ({ type: 'config' as const, payload: { n } })));
      await session.seal();
      const signer = createLogSigners(bytes(keys.seed));
      const keeper = createFileCheckpointKeeper(join(desk.folder, 'kept'));
      const around = { leases: createLeases(database), logger: silentLogger, holder: 'one', keeper };
      await createSequencer({ ...identity, ...around, database, signer }).round();
      const reader = createLogReader({ ...identity, database, tenant: 'acme' });
      await exportTiles(reader, join(desk.folder, 'copy'), signer(reader.origin).verifierKey);
      await database.close();
      env = {
        DATABASE_URL: own.url,
        DMITRY_MASTER_KEY: keys.master,
        DMITRY_DEPLOYMENT: identity.deployment,
        DMITRY_PSEUDONYM_KEY: keys.pseudonym,
        DMITRY_SIGNER_SEED: keys.seed,
        DMITRY_CHECKPOINT_DIR: join(desk.folder, 'kept'),
      };
    });
    afterAll(async () => {
      desk.close();
      await drop();
    });
    const json = async (line: string) => {
      const { code, out, err } = await desk.call(`${line} --json`, { env });
      return { code, err, answer: (out === '' ? null : JSON.parse(out)) as unknown };
    };

    it('checks it against a copy and against the checkpoint that was kept, and reads its log', async () => {
      const copy = await json('ledger fsck copy --against-state --tenant acme');
      expect([copy.code, copy.answer]).toMatchObject([0, { ok: true, size: 300 }]);
      expect(await json('ledger fsck --against-state --tenant acme')).toMatchObject({ code: 0, answer: { ok: true } });
      expect(await json('ledger checkpoint --tenant acme')).toMatchObject({ code: 0, answer: { size: 300 } });
      expect(await json('ledger export --tenant acme --tiles again')).toMatchObject({ code: 0, answer: { size: 300 } });
    });

    it('says so when it is another log than the copy, or knows nothing of it', async () => {
      const other = await json('ledger fsck copy --against-state --tenant other');
      expect([other.code, other.answer]).toMatchObject([1, { faults: [{ code: 'state_differs', where: 'state' }] }]);
      const nobody = await json('ledger fsck copy --against-state --tenant nobody');
      expect([nobody.code, nobody.answer]).toMatchObject([1, { faults: [{ code: 'state_behind' }] }]);
    });

    it('prunes it, and needs all keys of the deployment for that', async () => {
      const line = 'ledger prune --tenant acme --minimum-index 256 --reason test';
      expect((await desk.call(line, { env: { DATABASE_URL: env['DATABASE_URL'] ?? '' } })).err).toContain(
        'DMITRY_DEPLOYMENT',
      );
      // the one session reaches over the minimum, so all of it stays
      expect(await json(line)).toMatchObject({ code: 0, answer: { minimum_index: 256, removed: 0, kept: 256 } });
      expect(await json('ledger fsck --tenant acme')).toMatchObject({ answer: { ok: true, minimum_index: 256 } });
    });
  });
});
