import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { silentLogger } from '@dmitry/kit';
import { ManualClock, SeededIds } from '@dmitry/kit/memory';
import { type Database, listWork } from '@dmitry/storage';
import { createDataKeys, createLeases, createSealer } from '@dmitry/storage/sql';
import { openTestDatabase } from '@dmitry/storage/testing';
import {
  type CheckpointCosigner,
  createEd25519Cosigner,
  createLogSigners,
  createMlDsaCosigner,
  createPseudonyms,
  createTrustFile,
  exportBundle,
  LOG_OF_LOGS_TENANT,
  mergeSignatures,
  parseSignedNote,
  parseTlogPolicy,
  type SignedCheckpoint,
  verifyBundle,
  verifyLogOfLogs,
  withCosigners,
} from '../core/index.ts';
import {
  COSIGN_WORK,
  createCosigning,
  createLedger,
  createLogOfLogs,
  createLogReader,
  createSequencer,
  LOG_OF_LOGS_WORK,
  trustLedgerMigrations,
} from './index.ts';

const clock = new ManualClock();
const ids = new SeededIds(clock, 'cosigning');
const identity = { deployment: 'test.example', pseudonymKey: ids.bytes(32) };
const signers = createLogSigners(ids.bytes(32));
const pseudonyms = createPseudonyms(identity.deployment, identity.pseudonymKey);
const logsOrigin = pseudonyms.origin(LOG_OF_LOGS_TENANT);
const quantum = createMlDsaCosigner(logsOrigin, ids.bytes(32));
const signer = (origin: string) =>
  origin === logsOrigin ? withCosigners(signers(origin), [quantum], () => clock.now()) : signers(origin);
const witnesses = [1, 2].map((n) => createEd25519Cosigner(`witness.example/w${n}`, new Uint8Array(32).fill(n)));
let database: Database;

beforeAll(async () => {
  database = await openTestDatabase(trustLedgerMigrations);
});
afterAll(() => database.close());

const reader = (tenant: string) => createLogReader({ ...identity, database, tenant });
const ledger = () =>
  createLedger({
    ...identity,
    database,
    clock,
    ids,
    sealer: createSealer(ids),
    dataKeys: createDataKeys({ ids, masterKey: new Uint8Array(32).fill(1) }),
  });
const sequence = () =>
  createSequencer({
    ...identity,
    database,
    leases: createLeases(database),
    signer,
    logger: silentLogger,
    holder: 'one',
    announce: [COSIGN_WORK, LOG_OF_LOGS_WORK],
  }).round();
const head = async (tenant: string) => (await reader(tenant).checkpoint()) as SignedCheckpoint;

async function grow(tenant: string, count = 2): Promise<SignedCheckpoint> {
  const session = await ledger().openSession(tenant, { kind: 'system', name: 'test' });
  await session.record(Array.from({ length: count }, (_, n) => ({ type: 'config' as const, facts: { n } })));
  await session.seal();
  await sequence();
  return head(tenant);
}

/** Witnesses that answer; the others are down. */
const cosignerOf = (
  up: typeof witnesses,
  meanwhile: () => Promise<unknown> = async () => null,
): CheckpointCosigner => ({
  keys: witnesses.map(({ key }) => key),
  async cosign(_, { note }) {
    const { text } = parseSignedNote(note);
    const signatures = up.map((one) => one.cosign(text, 7));
    await meanwhile();
    const merged = mergeSignatures(
      note,
      signatures,
      witnesses.map(({ key }) => key),
    );
    return { note: merged.note, by: merged.added, enough: up.length === witnesses.length, ahead: [] };
  },
});
const cosign = (cosigner: CheckpointCosigner) =>
  createCosigning({ ...identity, database, cosigner, logger: silentLogger }).round();
const signaturesOf = ({ note }: { note: string }) => parseSignedNote(note).signatures.length;
const policy = () =>
  parseTlogPolicy(
    `witness a ${witnesses[0]?.verifierKey}\nwitness b ${witnesses[1]?.verifierKey}\ngroup g all a b\nquorum g\n`,
  );

describe('cosigning', () => {
  it('adds to the published note, and the head, its signature and its size stay as they were', async () => {
    const before = await grow('adds');
    expect(await cosign(cosignerOf(witnesses))).toBe(1);
    const after = await head('adds');
    expect(after).toMatchObject({ size: before.size, root: before.root });
    expect([signaturesOf(before), signaturesOf(after)]).toEqual([1, 3]);
    expect((await reader('adds').checkpoints(10)).map(signaturesOf)).toEqual([3]);
    expect(await database.worker((tx) => listWork(tx, COSIGN_WORK))).toEqual([]);
  });

  it('asks again until there are enough, and loses nothing that came before', async () => {
    await grow('again');
    expect(await cosign(cosignerOf(witnesses.slice(0, 1)))).toBe(0);
    expect(signaturesOf(await head('again'))).toBe(2);
    await grow('again');
    const waiting = await database.worker((tx) => listWork(tx, COSIGN_WORK));
    expect(waiting.map(({ signals }) => signals.length)).toEqual([2]);
    expect(await cosign(cosignerOf([]))).toBe(0);
    expect((await database.worker((tx) => listWork(tx, COSIGN_WORK))).map(({ signals }) => signals.length)).toEqual([
      1,
    ]);
    expect(await cosign(cosignerOf(witnesses))).toBe(1);
    expect((await reader('again').checkpoints(10)).map(signaturesOf)).toEqual([2, 3]);
  });

  it('of a head that has moved on meanwhile stays with that head and replaces no later one', async () => {
    const early = await grow('moves');
    await cosign(cosignerOf(witnesses, () => grow('moves')));
    const late = await head('moves');
    expect(late.size).toBeGreaterThan(early.size);
    expect(signaturesOf(late)).toBe(1);
    expect((await reader('moves').checkpoints(10)).map(signaturesOf)).toEqual([3, 1]);
    const source = { tenant: 'moves', reader: reader('moves'), ledger: ledger(), database };
    const bytes = await exportBundle(source, { kind: 'all' }, { witnessed: policy() });
    const trust = createTrustFile({
      logs: [signers(late.origin).verifierKey],
      witnesses: { a: witnesses[0]?.verifierKey ?? '', b: witnesses[1]?.verifierKey ?? '' },
    });
    expect(verifyBundle(bytes, { trust })).toMatchObject({ ok: true, verdicts: { witnessed: 'pass' } });
    const newest = await exportBundle(source, { kind: 'all' });
    expect(verifyBundle(newest, { trust }).faults.map(({ code }) => code)).toEqual(['quorum_not_met']);
  });

  it('two at once keep what both of them got', async () => {
    await grow('both');
    await Promise.all([cosign(cosignerOf(witnesses.slice(0, 1))), cosign(cosignerOf(witnesses.slice(1)))]);
    expect(signaturesOf(await head('both'))).toBe(3);
  });

  it('of one log that fails does not hold up the others', async () => {
    await grow('broken');
    const failing = { ...cosignerOf(witnesses), cosign: () => Promise.reject(new Error('tiles')) };
    expect(await cosign(failing)).toBe(0);
    expect(await cosign(cosignerOf(witnesses))).toBeGreaterThan(0);
  });

  it('is not waited for: without a cosigned checkpoint the export that demands one says pending', async () => {
    await grow('pending');
    const source = { tenant: 'pending', reader: reader('pending'), ledger: ledger(), database };
    await expect(exportBundle(source, { kind: 'all' }, { witnessed: policy() })).rejects.toMatchObject({
      code: 'ledger.proof_pending',
    });
  });
});

describe('the log of logs', () => {
  const record = () => createLogOfLogs({ ...identity, database, ledger: ledger() }).round();
  const tenants = ['lol-a', 'lol-b', 'lol-c'];
  const bundleOf = async () => {
    await sequence();
    return exportBundle(
      { tenant: LOG_OF_LOGS_TENANT, reader: reader(LOG_OF_LOGS_TENANT), ledger: ledger(), database },
      { kind: 'all' },
    );
  };
  const trust = () =>
    createTrustFile({ logs: [signers(logsOrigin).verifierKey], witnesses: { operator: quantum.verifierKey } });
  const keys = () => tenants.map((tenant) => signers(pseudonyms.origin(tenant)).key);

  it('records each log that changed, once, and comes to rest', async () => {
    await record();
    await bundleOf();
    for (const tenant of tenants) await grow(tenant);
    expect(await record()).toBe(3);
    await sequence();
    expect(await record()).toBe(0);
    await grow('lol-a');
    expect(await record()).toBe(1);
    await sequence();
    expect(await database.worker((tx) => listWork(tx, LOG_OF_LOGS_WORK))).toHaveLength(1);
    expect(await record()).toBe(0);
    expect(await database.worker((tx) => listWork(tx, LOG_OF_LOGS_WORK))).toEqual([]);
  });

  it('is signed with ML-DSA-44 as well, and a trust file can demand that', async () => {
    expect(verifyBundle(await bundleOf(), { trust: trust() })).toMatchObject({
      ok: true,
      verdicts: { witnessed: 'pass', signer: 'pass' },
    });
  });

  it('shows a dropped tenant, an older state, a second history and a log that was kept from it', async () => {
    const bytes = await bundleOf();
    const others = (await recordedOthers(bytes)).filter((origin) => !keys().some(({ name }) => name === origin));
    const notes = new Map<string, string>();
    for (const tenant of tenants) notes.set(tenant, (await head(tenant)).note);
    const ask = (checkpoints: readonly string[]) => verifyLogOfLogs(bytes, { trust: trust(), checkpoints, keys: [] });
    const faultsOf = (changed: Record<string, string | null>) =>
      ask([...new Map([...notes, ...Object.entries(changed)]).values()].filter((note) => note !== null)).faults.filter(
        ({ where }) => !others.includes(where),
      );
    expect(faultsOf({})).toEqual([]);
    expect(faultsOf({ 'lol-b': null })).toMatchObject([{ code: 'log_missing', where: pseudonyms.origin('lol-b') }]);
    const early = (await reader('lol-a').checkpoints(10))[0]?.note ?? '';
    expect(faultsOf({ 'lol-a': early })).toMatchObject([{ code: 'log_behind' }]);
    const { origin, size } = await head('lol-c');
    const fork = signers(origin).sign({ origin, size, root: new Uint8Array(32) });
    expect(faultsOf({ 'lol-c': fork })).toMatchObject([{ code: 'split_view' }]);
    const hidden = signers('hidden').sign({ origin: 'hidden', size: 1, root: new Uint8Array(32) });
    expect(faultsOf({ hidden })).toMatchObject([{ code: 'log_unrecorded', where: 'hidden' }]);
    expect(faultsOf({ garbage: 'no note' })).toMatchObject([{ code: 'checkpoint_invalid' }]);
    const ahead = (await grow('lol-a')).note;
    expect(faultsOf({ 'lol-a': ahead })).toEqual([]);
  });

  it('counts for nothing when its bundle does not verify, and checkpoints must be signed by the keys given', async () => {
    const bytes = await bundleOf();
    const invalid = verifyLogOfLogs(bytes, { trust: createTrustFile({ logs: [] }), checkpoints: [] });
    expect(invalid).toMatchObject({ ok: false, faults: [{ code: 'log_of_logs_invalid' }] });
    const stranger = [signers('stranger').key];
    const report = verifyLogOfLogs(bytes, {
      trust: trust(),
      checkpoints: [(await head('lol-b')).note],
      keys: stranger,
    });
    expect(new Set(report.faults.map(({ code }) => code))).toEqual(new Set(['checkpoint_invalid']));
  });

  it('shows when it was itself told of a smaller head after a larger one', async () => {
    const [early] = await reader('lol-a').checkpoints(10);
    const session = await ledger().openSession(LOG_OF_LOGS_TENANT, { kind: 'system', name: 'test' });
    const { checkpointDraft } = await import('../core/index.ts');
    await session.record([checkpointDraft(early as SignedCheckpoint), { type: 'checkpoint', facts: { log: 'x' } }]);
    await session.seal();
    const report = verifyLogOfLogs(await bundleOf(), { trust: trust(), checkpoints: [] });
    const found = report.faults.map(({ code }) => code);
    expect(found).toContain('log_rolled_back');
    expect(found).toContain('checkpoint_invalid');
  });

  async function recordedOthers(bytes: Uint8Array): Promise<string[]> {
    return Object.keys(verifyLogOfLogs(bytes, { trust: trust(), checkpoints: [] }).logs);
  }
});
