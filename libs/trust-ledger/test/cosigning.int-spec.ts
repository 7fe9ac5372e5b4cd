import { expect, it } from '@jest/globals';
import { silentLogger } from '@dmitry/kit';
import { ManualClock, SeededIds } from '@dmitry/kit/memory';
import { describeWithService } from '@dmitry/kit/testing';
import { createDataKeys, createLeases, createSealer } from '@dmitry/storage/sql';
import { openPostgresTestDatabase } from '@dmitry/storage/testing';
import {
  type CheckpointCosigner,
  createEd25519Cosigner,
  createLogSigners,
  mergeSignatures,
  parseSignedNote,
  signedCheckpoint,
} from '../src/core/index.ts';
import {
  COSIGN_WORK,
  createCosigning,
  createLedger,
  createLogReader,
  createSequencer,
  trustLedgerMigrations,
} from '../src/storage/index.ts';

const WITNESSES = Array.from({ length: 8 }, (_, n) =>
  createEd25519Cosigner(`w${n}.example`, new Uint8Array(32).fill(n + 1)),
);
const keys = WITNESSES.map(({ key }) => key);

describeWithService('postgres', 'cosigning on a real PostgreSQL', (url) => {
  it('by many processes at once, while the log grows, loses no cosignature and takes no head back', async () => {
    const database = await openPostgresTestDatabase(url, trustLedgerMigrations);
    const clock = new ManualClock();
    const ids = new SeededIds(clock, 'cosigning race');
    const identity = { deployment: 'test.example', pseudonymKey: ids.bytes(32) };
    const dataKeys = createDataKeys({ ids, masterKey: ids.bytes(32) });
    const ledger = createLedger({ ...identity, database, dataKeys, sealer: createSealer(ids), clock, ids });
    const sequencer = createSequencer({
      ...identity,
      database,
      leases: createLeases(database),
      signer: createLogSigners(ids.bytes(32)),
      logger: silentLogger,
      holder: 'one',
      announce: [COSIGN_WORK],
    });
    const reader = createLogReader({ ...identity, database, tenant: 'acme' });
    const session = await ledger.openSession('acme', { kind: 'system', name: 'test' });
    await session.record([{ type: 'config' }]);
    await sequencer.round();

    /** A process that reaches one of the witnesses. */
    const processOf = (witness: (typeof WITNESSES)[number]) => {
      const cosigner: CheckpointCosigner = {
        keys,
        async cosign(_, { note }) {
          const merged = mergeSignatures(note, [witness.cosign(parseSignedNote(note).text, 7)], keys);
          return { note: merged.note, by: merged.added, enough: false, ahead: [] };
        },
      };
      return createCosigning({ ...identity, database, cosigner, logger: silentLogger });
    };
    const heads: number[] = [];
    const grow = async () => {
      for (let n = 0; n < 5; n++) {
        await session.record([{ type: 'config' }]);
        await sequencer.round();
        heads.push((await reader.checkpoint())?.size ?? 0);
      }
    };
    await Promise.all([grow(), ...WITNESSES.map((witness) => processOf(witness).round())]);
    await Promise.all(WITNESSES.map((witness) => processOf(witness).round()));

    expect(heads).toEqual([2, 3, 4, 5, 6]);
    const newest = await reader.checkpoint();
    expect(newest?.size).toBe(6);
    expect(parseSignedNote(newest?.note ?? '').signatures).toHaveLength(1 + WITNESSES.length);
    const kept = await reader.checkpoints(10);
    expect(kept.map(({ size }) => size)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(signedCheckpoint(kept.at(-1)?.note ?? '')).toEqual(newest);
    await database.close();
  });
});
