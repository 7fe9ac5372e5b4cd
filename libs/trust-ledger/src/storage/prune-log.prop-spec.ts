import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { silentLogger } from '@dmitry/kit';
import { ManualClock, SeededIds } from '@dmitry/kit/memory';
import { seed } from '@dmitry/kit/testing';
import type { Database } from '@dmitry/storage';
import { createDataKeys, createLeases, createSealer } from '@dmitry/storage/sql';
import { openTestDatabase } from '@dmitry/storage/testing';
import {
  createLogSigners,
  createTrustFile,
  encodeBase64,
  exportBundle,
  fsck,
  TILE_WIDTH,
  TileTree,
  verifyBundle,
} from '../core/index.ts';
import {
  createLedger,
  createLedgerLogs,
  createLogReader,
  createSequencer,
  firstPlaceSince,
  pruneLog,
  trustLedgerMigrations,
} from './index.ts';

const clock = new ManualClock();
const ids = new SeededIds(clock, 'prune');
const identity = { deployment: 'test.example', pseudonymKey: ids.bytes(32) };
const signer = createLogSigners(ids.bytes(32));
let database: Database;
let tenants = 0;
beforeAll(async () => {
  database = await openTestDatabase(trustLedgerMigrations);
});
afterAll(() => database.close());

/** A log of `size` entries in sessions of a few; whole but for what a test leaves open. */
function logOf() {
  const tenant = `prune-${++tenants}`;
  const dataKeys = createDataKeys({ ids, masterKey: new Uint8Array(32).fill(7) });
  const ledger = createLedger({ ...identity, database, dataKeys, sealer: createSealer(ids), clock, ids });
  const sequencer = createSequencer({
    ...identity,
    database,
    leases: createLeases(database),
    signer,
    logger: silentLogger,
    holder: 'one',
  });
  const reader = createLogReader({ ...identity, database, tenant });
  const trust = createTrustFile({ logs: [createLedgerLogs({ ...identity, database, signer }).verifierKey(tenant)] });
  const open = () => ledger.openSession(tenant, { kind: 'system', name: 'test' });
  /** Entries of one sealed session, with payloads; the seal comes on top. */
  const append = async (count: number): Promise<void> => {
    const session = await open();
    await session.record(
      Array.from({ length: count - 1 }, (_, n) => ({ type: 'evidence' as const, committed: { n }, payload: { n } })),
    );
    await session.seal();
  };
  const rows = (table: string) =>
    database.tenant(tenant, async (tx) => Number((await tx.query(`SELECT count(*) AS n FROM ${table}`))[0]?.['n']));
  const source = { tenant, reader, ledger, database };
  return { tenant, ledger, sequencer, reader, trust, open, append, rows, source };
}

/** Everything that a log proves of what is at or above the minimum. */
async function proofsFrom(reader: ReturnType<typeof createLogReader>, minimum: number, size: number) {
  const tree = new TileTree(reader, size);
  const points = [minimum, minimum + 1, Math.floor((minimum + size) / 2), size - 1].filter(
    (at) => at >= minimum && at < size,
  );
  const text = (hashes: Uint8Array[]) => hashes.map(encodeBase64).join();
  return {
    root: encodeBase64(await tree.root()),
    note: await reader.checkpointNote(),
    inclusion: await Promise.all(points.map(async (at) => text(await tree.inclusionProof(at)))),
    consistency: await Promise.all(points.map(async (at) => text(await tree.consistencyProof(Math.max(at, 1))))),
    entries: await Promise.all(points.map(async (at) => encodeBase64(await tree.entry(at)))),
  };
}

describe('pruning a log in the database', () => {
  it('changes no root, no proof and no entry from the minimum on, and says where it begins', async () => {
    const log = logOf();
    for (let n = 0; n < 18; n++) await log.append(50);
    await log.sequencer.round();
    const all = await exportBundle(log.source, { kind: 'all' });
    await fc.assert(
      fc.asyncProperty(fc.nat(899), async (wanted) => {
        const known = await log.reader.minimumIndex();
        const minimum = Math.max(known, Math.floor(wanted / TILE_WIDTH) * TILE_WIDTH);
        const before = await proofsFrom(log.reader, minimum, 900);
        expect(await pruneLog({ database, tenant: log.tenant, minimumIndex: wanted })).toMatchObject({
          minimumIndex: minimum,
        });
        expect(await proofsFrom(log.reader, minimum, 900)).toEqual(before);
        expect(await fsck(log.reader)).toMatchObject({ ok: true, size: 900, entries: 900 - minimum });
        const bundle = await exportBundle(log.source, { kind: 'all' });
        expect(verifyBundle(bundle, { trust: log.trust }).ok).toBe(true);
        const demanded = { trust: log.trust, complete: true };
        expect(verifyBundle(bundle, demanded).ok).toBe(minimum === 0);
        expect(verifyBundle(bundle, { ...demanded, minimumIndex: minimum }).ok).toBe(true);
      }),
      { seed: seed(), numRuns: 4 },
    );
    // what was exported before it was pruned stays proof
    expect(verifyBundle(all, { trust: log.trust, complete: true }).ok).toBe(true);
  });
});

describe('what is pruned', () => {
  it('goes with its payloads, and rows of whole sessions only', async () => {
    const log = logOf();
    for (let n = 0; n < 7; n++) await log.append(100); // sessions end at 100, 200, …: the third reaches over 256
    await log.sequencer.round();
    const [entries, payloads] = [await log.rows('ledger_entry'), await log.rows('ledger_payload')];
    expect(await pruneLog({ database, tenant: log.tenant, minimumIndex: 511 })).toEqual({
      minimumIndex: 256,
      removed: 200,
      kept: 56,
    });
    expect(await log.rows('ledger_entry')).toBe(entries - 200);
    expect(await log.rows('ledger_payload')).toBe(payloads - 2 * 198);
    // run again with a raise, the session that had to stay goes, too
    expect(await pruneLog({ database, tenant: log.tenant, minimumIndex: 512 })).toMatchObject({
      removed: 300,
      kept: 12,
    });
    expect(await fsck(log.reader)).toMatchObject({ ok: true, minimum_index: 512 });
  });

  it('is never an open session, an intent that waits for its outcome, or what something that stays rests on', async () => {
    const log = logOf();
    const open = await log.open();
    const [still] = await open.record([{ type: 'config' }]);
    const dangling = await log.open();
    const [intent] = await dangling.record([{ type: 'intent', payload: { call: 1 } }]);
    await dangling.seal();
    const evidence = await log.open();
    const [cited, beside] = await evidence.record([{ type: 'evidence' }, { type: 'evidence' }]);
    await evidence.seal();
    const gone = await log.open();
    const [removed] = await gone.record([{ type: 'config' }]);
    await gone.seal();
    for (let n = 0; n < 6; n++) await log.append(50);
    const decided = await log.open();
    const [decision] = await decided.record([{ type: 'decision', refs: { evidence: [cited?.id ?? ''] } }]);
    await decided.seal();
    await log.sequencer.round();
    await pruneLog({ database, tenant: log.tenant, minimumIndex: 256 });
    const wanted = [still, intent, cited, beside, removed].map((one) => one?.id ?? '');
    const left = await database.tenant(log.tenant, (tx) => log.ledger.list(tx, { ids: wanted }));
    expect(left.map(({ entry }) => entry.id)).toEqual(wanted.slice(0, 4));
    expect(await database.tenant(log.tenant, (tx) => log.ledger.reveal(tx, intent?.id ?? ''))).toMatchObject({
      payload: { call: 1 },
    });
    // a decision is exported with its evidence, as before
    const bundle = await exportBundle(log.source, { kind: 'entries', ids: [decision?.id ?? ''] });
    expect(verifyBundle(bundle, { trust: log.trust })).toMatchObject({ ok: true, covered: { entries: 5 } });
    expect((await fsck(log.reader)).ok).toBe(true);
    await open.seal();
  });

  it('is only what a signed checkpoint covers, and never by the role of the product', async () => {
    const log = logOf();
    for (let n = 0; n < 3; n++) await log.append(100);
    await expect(pruneLog({ database, tenant: log.tenant, minimumIndex: 256 })).rejects.toMatchObject({
      code: 'ledger.prune_refused',
    });
    await log.sequencer.round();
    await expect(pruneLog({ database, tenant: log.tenant, minimumIndex: 512 })).rejects.toMatchObject({
      code: 'ledger.prune_refused',
    });
    expect(await log.rows('ledger_entry')).toBe(300);
    const byProduct = database.tenant(log.tenant, (tx) => tx.query('DELETE FROM ledger_entry'));
    await expect(byProduct).rejects.toMatchObject({ code: 'storage.forbidden' });
  });

  it('of another tenant stays', async () => {
    const [one, other] = [logOf(), logOf()];
    for (const log of [one, other]) for (let n = 0; n < 3; n++) await log.append(100);
    await one.sequencer.round();
    await pruneLog({ database, tenant: one.tenant, minimumIndex: 256 });
    expect([await one.rows('ledger_entry'), await other.rows('ledger_entry')]).toEqual([100, 300]);
    expect(await other.reader.minimumIndex()).toBe(0);
  });

  it('by age ends before the first entry that is young enough', async () => {
    const log = logOf();
    await log.append(260);
    await log.sequencer.round();
    await clock.advance(60_000);
    const since = clock.now();
    await log.append(40);
    await log.sequencer.round();
    const place = (timeMs: number) => database.tenant(log.tenant, (tx) => firstPlaceSince(tx, timeMs));
    expect([await place(since), await place(0), await place(since + 1)]).toEqual([260, 0, null]);
  });
});
