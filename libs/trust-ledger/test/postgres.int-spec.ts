import { expect, it } from '@jest/globals';
import { silentLogger } from '@dmitry/kit';
import { ManualClock, SeededIds } from '@dmitry/kit/memory';
import { describeWithService } from '@dmitry/kit/testing';
import type { Database, Tx } from '@dmitry/storage';
import { createDataKeys, createLeases, createSealer } from '@dmitry/storage/sql';
import { openPostgresTestDatabase } from '@dmitry/storage/testing';
import { createLogSigners, createPseudonyms, fsck, type LogReader, TileTree } from '../src/core/index.ts';
import {
  createLedger,
  createLogReader,
  createSequencer,
  pruneLog,
  trustLedgerMigrations,
} from '../src/storage/index.ts';
import { describeLedgerContract } from '../src/testing/index.ts';

function subjectOver(database: Database) {
  const clock = new ManualClock();
  const ids = new SeededIds(clock, 'postgres');
  const identity = { deployment: 'test.example', pseudonymKey: ids.bytes(32) };
  const dataKeys = createDataKeys({ ids, masterKey: ids.bytes(32) });
  const signer = createLogSigners(ids.bytes(32));
  const sequencer = (holder: string) =>
    createSequencer({ ...identity, database, leases: createLeases(database), signer, logger: silentLogger, holder });
  return {
    database,
    clock,
    sequencerOf: sequencer,
    ledger: createLedger({ ...identity, database, dataKeys, sealer: createSealer(ids), clock, ids }),
    sequencer: sequencer('one'),
    reader: (tenant: string): LogReader & ReturnType<typeof createLogReader> =>
      createLogReader({ ...identity, database, tenant }),
    signer: (tenant: string) => signer(createPseudonyms(identity.deployment, identity.pseudonymKey).origin(tenant)),
    eraseKeys: (tx: Tx) => dataKeys.erase(tx),
    close: () => database.close(),
  };
}

describeWithService('postgres', 'ledger on a real PostgreSQL', (url) => {
  const open = async () => subjectOver(await openPostgresTestDatabase(url, trustLedgerMigrations));

  describeLedgerContract('PostgreSQL', open);

  it('prunes under a role of its own, and keeps every proof from there on', async () => {
    const subject = await open();
    const tenant = 'pruned';
    for (let n = 0; n < 4; n++) {
      const session = await subject.ledger.openSession(tenant, { kind: 'service', name: 's' });
      await session.record(Array.from({ length: 99 }, (_, at) => ({ type: 'config' as const, payload: { at } })));
      await session.seal();
    }
    await subject.sequencer.round();
    const reader = subject.reader(tenant);
    const before = await new TileTree(reader, 400).inclusionProof(300);
    expect(await pruneLog({ database: subject.database, tenant, minimumIndex: 300 })).toEqual({
      minimumIndex: 256,
      removed: 200,
      kept: 56,
    });
    expect(await new TileTree(reader, 400).inclusionProof(300)).toEqual(before);
    expect(await fsck(reader)).toMatchObject({ ok: true, size: 400, entries: 144, minimum_index: 256 });
    const byProduct = subject.database.tenant(tenant, (tx) => tx.query('DELETE FROM ledger_entry'));
    await expect(byProduct).rejects.toMatchObject({ code: 'storage.forbidden' });
    await subject.close();
  });

  it('passes over no entry of a transaction that commits late, and orders each round by insertion', async () => {
    const subject = await open();
    const tenant = 'late';
    const [slow, fast] = await Promise.all(
      [1, 2].map(() => subject.ledger.openSession(tenant, { kind: 'service', name: 's' })),
    );
    const inserted = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    const late = subject.database.tenant(tenant, async (tx) => {
      await slow?.append(tx, [{ type: 'config', facts: { late: true } }]);
      inserted.resolve();
      await release.promise;
    });
    await inserted.promise;
    await fast?.record([{ type: 'config' }, { type: 'config' }]);
    expect(await subject.sequencer.round()).toBe(2);
    release.resolve();
    await late;
    expect(await subject.sequencer.round()).toBe(1);
    const entries = await subject.database.tenant(tenant, (tx) => subject.ledger.list(tx, {}));
    expect(entries.map(({ index }) => index)).toEqual([2, 0, 1]);
    expect(await fsck(subject.reader(tenant))).toMatchObject({ ok: true, entries: 3 });
    await subject.close();
  });

  // Two processes on one log, many writers, some of whom roll back: the tree holds what was committed, once.
  it('keeps one tree while writers and two sequencers run side by side', async () => {
    const subject = await open();
    const tenant = 'busy';
    let committed = 0;
    const writer = async (n: number): Promise<void> => {
      const session = await subject.ledger.openSession(tenant, { kind: 'service', name: `writer ${n}` });
      for (let turn = 0; turn < 10; turn++) {
        const rollback = (turn + n) % 4 === 0;
        await subject.database
          .tenant(tenant, async (tx) => {
            await session.append(tx, [{ type: 'config', payload: { n, turn } }, { type: 'config' }]);
            if (rollback) throw new Error('rolled back');
          })
          .then(() => (committed += 2))
          .catch(() => undefined);
      }
      await session.seal();
      committed += 1;
    };
    const sequencers = ['one', 'two'].map((holder) => subject.sequencerOf(holder));
    const writing = new AbortController();
    const sequencing = sequencers.map(async (one) => {
      while (!writing.signal.aborted) {
        await one.round();
        await one.close();
      }
    });
    await Promise.all([0, 1, 2].map(writer));
    writing.abort();
    await Promise.all(sequencing);
    for (let n = 0; n < 3; n++) await subject.sequencerOf('last').round();
    expect(await fsck(subject.reader(tenant))).toMatchObject({
      ok: true,
      size: committed,
      entries: committed,
      faults: [],
    });
    await subject.close();
  });
});
