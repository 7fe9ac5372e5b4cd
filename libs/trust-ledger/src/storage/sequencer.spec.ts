import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ManualClock, SeededIds } from '@dmitry/kit/memory';
import { silentLogger } from '@dmitry/kit';
import { clearWork, type Database, listWork } from '@dmitry/storage';
import { createDataKeys, createLeases, createSealer } from '@dmitry/storage/sql';
import { openTestDatabase } from '@dmitry/storage/testing';
import {
  type CheckpointKeeper,
  createLogSigners,
  fsck,
  type SignedCheckpoint,
  signedCheckpoint,
  TileTree,
  verifyConsistency,
} from '../core/index.ts';
import { parseCheckpoint } from '../core/index.ts';
import {
  createLedger,
  createLogReader,
  createSequencer,
  createSessionSweeper,
  type SequencerOptions,
  type SequencerStep,
  trustLedgerMigrations,
} from './index.ts';

const clock = new ManualClock();
const ids = new SeededIds(clock, 'sequencer');
const identity = { deployment: 'test.example', pseudonymKey: ids.bytes(32) };
const signer = createLogSigners(ids.bytes(32));
const dataKeys = createDataKeys({ ids, masterKey: ids.bytes(32) });
let database: Database;
let tenants = 0;

beforeAll(async () => {
  database = await openTestDatabase(trustLedgerMigrations);
});
afterAll(() => database.close());

const ledgerOptions = () => ({ ...identity, database, dataKeys, sealer: createSealer(ids), clock, ids });
const newTenant = () => `seq-${++tenants}`;
const reader = (tenant: string) => createLogReader({ ...identity, database, tenant });
const sequencer = (options: Partial<SequencerOptions> = {}) =>
  createSequencer({
    ...identity,
    database,
    leases: createLeases(database),
    signer,
    logger: silentLogger,
    holder: 'one',
    ...options,
  });

async function append(tenant: string, count: number): Promise<void> {
  const session = await createLedger(ledgerOptions()).openSession(tenant, { kind: 'system', name: 'test' });
  await session.record(Array.from({ length: count }, (_, n) => ({ type: 'config' as const, facts: { n } })));
}

const head = (tenant: string) =>
  database.tenant(tenant, async (tx) => (await tx.query('SELECT * FROM ledger_head WHERE tenant = $1', [tenant]))[0]);

/** A keeper that forgets with the test. */
function memoryKeeper(kept = new Map<string, SignedCheckpoint>()): CheckpointKeeper {
  return {
    last: (origin) => Promise.resolve(kept.get(origin) ?? null),
    keep: (checkpoint) => Promise.resolve(void kept.set(checkpoint.origin, checkpoint)),
  };
}

const crashAt = (point: SequencerStep) => ({
  onStep: (step: SequencerStep) => {
    if (step === point) throw new Error(`killed at ${point}`);
  },
});

describe('sequencer', () => {
  const points: SequencerStep[] = ['leased', 'read', 'assigned', 'tiled', 'signed', 'published', 'kept'];
  it.each(points)(
    'killed after the step "%s" loses nothing, doubles nothing, and the next round ends it',
    async (point) => {
      const tenant = newTenant();
      const keeper = memoryKeeper();
      await append(tenant, 300);
      await sequencer({ keeper }).round();
      const before = parseCheckpoint((await reader(tenant).checkpoint())?.note ?? '');
      await append(tenant, 260);
      const dying = sequencer({ keeper, ...crashAt(point) });
      await dying.round();
      expect(dying.faults().get(tenant)).toBe('internal.unexpected');
      await append(tenant, 1);
      await sequencer({ keeper }).round();
      const report = await fsck(reader(tenant));
      expect(report).toMatchObject({ ok: true, size: 561, entries: 561, faults: [] });
      const after = parseCheckpoint((await reader(tenant).checkpoint())?.note ?? '');
      const path = await new TileTree(reader(tenant), 561).consistencyProof(before.size);
      expect(
        verifyConsistency({
          firstSize: before.size,
          firstRoot: before.root,
          secondSize: 561,
          secondRoot: after.root,
          path,
        }),
      ).toBe(true);
      expect((await keeper.last(after.origin))?.size).toBe(561);
    },
  );

  it('signs what an earlier round committed and did not sign, though nothing new came', async () => {
    const tenant = newTenant();
    await append(tenant, 3);
    await sequencer(crashAt('tiled')).round();
    expect(await reader(tenant).checkpoint()).toBeNull();
    expect(await sequencer().round()).toBe(0);
    expect(await reader(tenant).checkpoint()).toMatchObject({ size: 3 });
  });

  // a suspended process that wakes up must not undo what its successor did
  it.each(['read', 'assigned', 'tiled', 'signed'] as const)(
    'suspended after "%s" and replaced meanwhile changes nothing any more',
    async (point) => {
      const tenant = newTenant();
      await append(tenant, 5);
      const leases = createLeases(database);
      let overtaken: unknown;
      const suspended = sequencer({
        leases,
        onStep: async (step) => {
          if (step !== point || overtaken) return;
          await leases.release({ name: `ledger:${tenant}`, holder: 'one', fence: 1, expiresMs: 0 });
          await append(tenant, 2);
          await sequencer({ holder: 'two' }).round();
          overtaken = await head(tenant);
        },
      });
      await suspended.round();
      expect(suspended.faults().get(tenant)).toBe(
        point === 'assigned' || point === 'tiled' ? undefined : 'ledger.fenced',
      );
      expect(await head(tenant)).toEqual(overtaken);
      expect(await fsck(reader(tenant))).toMatchObject({ ok: true, size: 7 });
    },
  );

  it('leaves a log alone while another process has its lease, and takes over when it is given back', async () => {
    const tenant = newTenant();
    await append(tenant, 1);
    const first = sequencer();
    await first.round();
    await append(tenant, 1);
    expect(await sequencer({ holder: 'two' }).round()).toBe(0);
    await first.close();
    expect(await sequencer({ holder: 'two' }).round()).toBe(1);
    expect(await head(tenant)).toMatchObject({ fence: '2' });
  });

  it('passes over no entry that commits after later ones', async () => {
    const tenant = newTenant();
    const ledger = createLedger(ledgerOptions());
    const session = await ledger.openSession(tenant, { kind: 'system', name: 'late' });
    await append(tenant, 2);
    // The serial of the first entry is drawn, its row is not visible yet: as from a transaction that is still open.
    await session.record([{ type: 'config' }]);
    const hidden = await database.tenant(tenant, (tx) =>
      tx.query<{ serial: string; since_ms: string }>(
        'DELETE FROM ledger_pending WHERE serial = (SELECT min(serial) FROM ledger_pending WHERE tenant = $1) RETURNING serial, since_ms',
        [tenant],
      ),
    );
    await sequencer().round();
    await database.tenant(tenant, async (tx) => {
      await tx.query('INSERT INTO ledger_pending (tenant, serial, since_ms) VALUES ($1, $2, $3)', [
        tenant,
        hidden[0]?.serial,
        hidden[0]?.since_ms,
      ]);
      await tx.signal('ledger');
    });
    await sequencer().round();
    expect(await fsck(reader(tenant))).toMatchObject({ ok: true, entries: 3 });
    const entries = await database.tenant(tenant, (tx) => ledger.list(tx, {}));
    expect(entries.map(({ index }) => index)).toEqual([2, 0, 1]);
  });

  it('gives at most 4,096 entries of a log their places in a round, and goes on in the next', async () => {
    const tenant = newTenant();
    for (let n = 0; n < 5; n++) await append(tenant, 1_000);
    const one = sequencer();
    expect(await one.round()).toBe(4_096);
    expect(await reader(tenant).checkpoint()).toMatchObject({ size: 4_096 });
    expect(await one.round()).toBe(904);
    expect(await fsck(reader(tenant))).toMatchObject({ ok: true, size: 5_000 });
  });

  it('does not let one broken log hold up the others', async () => {
    const [broken, fine] = [newTenant(), newTenant()];
    await append(broken, 2);
    await sequencer().round();
    await database.tenant(broken, (tx) => tx.query(`UPDATE ledger_head SET root = decode(repeat('00', 32), 'hex')`));
    for (let n = 0; n < 3; n++) await append(broken, 1);
    await append(fine, 1);
    const one = sequencer();
    expect(await one.round()).toBe(1);
    expect([...one.faults()]).toEqual([[broken, 'ledger.tree_invalid']]);
    expect(await reader(broken).checkpoint()).toMatchObject({ size: 2 });
    const waiting = await database.worker((tx) => listWork(tx, 'ledger'));
    expect(waiting).toMatchObject([{ tenant: broken, signals: [expect.any(String)] }]);
    await database.worker(async (tx) => {
      for (const item of waiting) await clearWork(tx, item);
    });
  });

  it('refuses a database that is older than the last checkpoint kept outside, or another', async () => {
    const tenant = newTenant();
    const kept = new Map<string, SignedCheckpoint>();
    await append(tenant, 5);
    await sequencer({ keeper: memoryKeeper(kept) }).round();
    const { origin } = reader(tenant);
    const own = kept.get(origin) as SignedCheckpoint;
    const foreign = (size: number) =>
      new Map([[origin, signedCheckpoint(signer(origin).sign({ origin, size, root: ids.bytes(32) }))]]);
    for (const [state, code] of [
      [foreign(9), 'ledger.behind_checkpoint'],
      [foreign(5), 'ledger.behind_checkpoint'],
      [new Map([[origin, own]]), undefined],
    ] as const) {
      await append(tenant, 1);
      const one = sequencer({ keeper: memoryKeeper(state) });
      await one.round();
      expect(one.faults().get(tenant)).toBe(code);
    }
    expect(await reader(tenant).checkpoint()).toMatchObject({ size: 8 });
  });

  it('and the ledger takes no new session of such a log until it is mended', async () => {
    const tenant = newTenant();
    await append(tenant, 2);
    await sequencer().round();
    const { origin } = reader(tenant);
    const kept = new Map([[origin, signedCheckpoint(signer(origin).sign({ origin, size: 3, root: ids.bytes(32) }))]]);
    const ledger = createLedger({ ...ledgerOptions(), keeper: memoryKeeper(kept) });
    const open = () => ledger.openSession(tenant, { kind: 'system', name: 'test' });
    await expect(open()).rejects.toMatchObject({ code: 'ledger.behind_checkpoint' });
    await expect(open()).rejects.toMatchObject({ code: 'ledger.behind_checkpoint' });
    await ledger.openSession(newTenant(), { kind: 'system', name: 'test' });
    kept.clear();
    await expect(open()).resolves.toMatchObject({ tenant });
  });

  it('lets the role of the product change nothing that was appended', async () => {
    const tenant = newTenant();
    await append(tenant, 1);
    await sequencer().round();
    for (const sql of [
      `UPDATE ledger_entry SET body = ''`,
      'DELETE FROM ledger_entry',
      'DELETE FROM ledger_segment',
      'UPDATE ledger_segment SET n = 0',
    ])
      await expect(database.tenant(tenant, (tx) => tx.query(sql))).rejects.toThrow();
    await expect(database.tenant(newTenant(), (tx) => tx.query('SELECT * FROM ledger_entry'))).resolves.toEqual([]);
  });
});

describe('sweeper of sessions', () => {
  it('closes reads without an outcome as abandoned, and leaves effects to whoever can find out what they did', async () => {
    const tenant = newTenant();
    const ledger = createLedger(ledgerOptions());
    const session = await ledger.openSession(tenant, { kind: 'service', name: 's' });
    const intent = (effect: string) => ({
      type: 'intent' as const,
      facts: { service: 'aegis', operation: 'x', effect },
    });
    const [read, effect] = await session.record([intent('read'), intent('effect')]);
    await clock.advance(60_001);
    await createSessionSweeper({ ...ledgerOptions(), logger: silentLogger, idleMs: 60_000 }).sweep();
    const entries = await database.tenant(tenant, (tx) => ledger.list(tx, {}));
    expect(entries.map(({ entry }) => [entry.type, entry.facts['status']])).toEqual([
      ['intent', undefined],
      ['intent', undefined],
      ['outcome', 'abandoned'],
      ['seal', undefined],
    ]);
    expect(entries[2]?.entry.refs.intent).toBe(read?.id);
    const dangling = await database.tenant(tenant, (tx) => ledger.dangling(tx, 0));
    expect(dangling.map(({ entry }) => entry.id)).toEqual([effect?.id]);
  });

  it('seals what its process left, as abandoned, and nothing that is still used', async () => {
    const tenant = newTenant();
    const ledger = createLedger(ledgerOptions());
    const [dead, alive, done] = await Promise.all(
      [1, 2, 3].map(() => ledger.openSession(tenant, { kind: 'service', name: 's' })),
    );
    for (const session of [dead, alive, done]) await session?.record([{ type: 'config' }]);
    await done?.seal();
    await clock.advance(60_000);
    await alive?.record([{ type: 'config' }]);
    const sweeper = createSessionSweeper({ ...ledgerOptions(), logger: silentLogger, idleMs: 60_000 });
    await clock.advance(1);
    await sweeper.sweep();
    const seals = await database.tenant(tenant, (tx) => ledger.list(tx, { type: 'seal' }));
    expect(seals.map(({ entry }) => [entry.session.id, entry.facts['reason']])).toEqual([
      [done?.id, 'completed'],
      [dead?.id, 'abandoned'],
    ]);
    await clock.advance(60_000);
    await sweeper.sweep();
    expect(
      await database.tenant(tenant, (tx) => ledger.list(tx, { type: 'seal', session: alive?.id as string })),
    ).toHaveLength(1);
    expect(await sweeper.sweep()).toBe(0);
  });
});
