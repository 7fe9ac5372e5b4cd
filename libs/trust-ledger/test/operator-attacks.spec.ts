// What an operator of a log might try, who has its database, its files and (where it says so) its keys. Each is found offline, by whoever
// has a bundle, a checkpoint from before, a witness or the log of logs; the verdict says what is wrong.
import { beforeAll, describe, expect, it } from '@jest/globals';
import { type Bundle, canonicalBytes, type LedgerEntry, type TrustFile } from '@dmitry/contracts';
import { ManualClock, SeededIds } from '@dmitry/kit/memory';
import {
  checkpointDraft,
  checkpointText,
  CompactTree,
  createEd25519Cosigner,
  createMonitor,
  createTrustFile,
  createWitness,
  createWitnessStore,
  encodeBase64,
  encodeEntryBundle,
  entryBytes,
  exportBundle,
  formatAddCheckpoint,
  formatSignedNote,
  fsck,
  leafHash,
  LOG_OF_LOGS_TENANT,
  type LogSigner,
  type LogSource,
  mergeSignatures,
  parseSignatureLines,
  parseSignedNote,
  type SignedCheckpoint,
  signedCheckpoint,
  TileTree,
  verifyBundle,
  verifyLogOfLogs,
  type VerifyOptions,
  verifySplitView,
} from '../src/core/index.ts';
import { createMemoryCheckpointKeeper, createMemoryLedger } from '../src/memory/index.ts';

const clock = new ManualClock();
const service = { kind: 'service', name: 'orchestrator' } as const;
const memory = createMemoryLedger({ clock, ids: new SeededIds(clock, 'attacks'), deployment: 'bank.example' });
const witnessKey = createEd25519Cosigner('witness.example/w1', new Uint8Array(32).fill(1));
const witness = createWitness({
  logs: ['acme', 'other'].map((tenant) => memory.signer(tenant).key),
  cosigners: [witnessKey],
  store: createWitnessStore(createMemoryCheckpointKeeper()),
  nowMs: () => clock.now(),
});
/** Honest history of `acme`: what a customer saw early, and the state today. */
let entries: LedgerEntry[] = [];
let early: SignedCheckpoint;
let today: SignedCheckpoint;
let cosigned = '';

/** The whole log of a tenant as entries, in order. */
async function entriesOf(tenant: string): Promise<LedgerEntry[]> {
  const { size } = (await memory.reader(tenant).checkpoint()) as SignedCheckpoint;
  const tree = new TileTree(memory.reader(tenant), size);
  return Promise.all(
    Array.from(
      { length: size },
      async (_, n) => JSON.parse(Buffer.from(await tree.entry(n)).toString()) as LedgerEntry,
    ),
  );
}

/** An action with its evidence: two sessions, the second rests on the first. */
async function work(tenant: string): Promise<void> {
  const reads = await memory.ledger.openSession(tenant, service);
  const [intent] = await reads.record([{ type: 'intent', facts: { service: 'pdri', effect: 'read' } }]);
  const [read] = await reads.record([
    { type: 'outcome', refs: { intent: intent?.id ?? '' }, facts: { status: 'success' } },
  ]);
  await reads.seal();
  await clock.advance(1_000);
  const decides = await memory.ledger.openSession(tenant, service);
  await decides.record([
    {
      type: 'decision',
      refs: { evidence: [read?.id ?? ''] },
      facts: { verdict: 'DENY' },
      committed: { finding: 'finding-1' },
    },
  ]);
  await decides.seal();
  await clock.advance(1_000);
}

const submit = async (log: LogSource, oldSize: number, note: string) => {
  const { size } = signedCheckpoint(note);
  const proof = await new TileTree(log, size).consistencyProof(oldSize);
  return witness.addCheckpoint(formatAddCheckpoint({ oldSize, proof, checkpoint: note }));
};

beforeAll(async () => {
  await work('acme');
  early = (await memory.reader('acme').checkpoint()) as SignedCheckpoint;
  await work('acme');
  today = (await memory.reader('acme').checkpoint()) as SignedCheckpoint;
  entries = await entriesOf('acme');
  await work('other');
  const log = { tile: memory.reader('acme').tile.bind(memory.reader('acme')), checkpointNote: async () => today.note };
  const { body } = await submit(log, 0, today.note);
  cosigned = mergeSignatures(today.note, parseSignatureLines(body), [witnessKey.key]).note;
});

/** A log over these entries, signed with whatever key: at most 256 entries, so that one tile of each kind holds them. */
function logOf(all: readonly LedgerEntry[], signer: LogSigner, signed = all.length): LogSource & { note: string } {
  const leaves = all.map(entryBytes);
  const tree = CompactTree.empty.append(leaves.slice(0, signed).map(leafHash));
  const note = signer.sign({ origin: signer.origin, size: signed, root: tree.root() });
  return {
    note,
    checkpointNote: async () => note,
    tile: async (level, index, width) => {
      if (index > 0 || width > leaves.length || (level !== 'entries' && level > 0)) return null;
      const part = leaves.slice(0, width);
      return level === 'entries' ? encodeEntryBundle(part) : Buffer.concat(part.map(leafHash));
    },
  };
}

/** The bundle of a whole log, as an exporter of the attacker's would make it. */
async function bundleOf(log: LogSource & { note: string }, all: readonly LedgerEntry[], since?: SignedCheckpoint) {
  const tree = new TileTree(log, all.length);
  const proven = since && since.size <= all.length ? await tree.consistencyProof(since.size) : [];
  const bundle: Bundle = {
    v: 1,
    checkpoint: log.note,
    entries: await Promise.all(
      all.map(async (entry, index) => ({ index, entry, proof: (await tree.inclusionProof(index)).map(encodeBase64) })),
    ),
    consistency: since ? [{ from: since.note, proof: proven.map(encodeBase64) }] : [],
  };
  return bundle;
}

const honestSigner = () => memory.signer('acme');
const trust = (witnesses: Record<string, string> = {}): TrustFile =>
  createTrustFile({ logs: [honestSigner().verifierKey], witnesses });
const witnessed = () => trust({ w1: witnessKey.verifierKey });
const judge = (bundle: Bundle, options: VerifyOptions = {}) => {
  const { ok, verdicts, faults } = verifyBundle(canonicalBytes(bundle), { trust: trust(), ...options });
  const failed = Object.entries(verdicts).flatMap(([name, verdict]) => (verdict === 'fail' ? [name] : []));
  return { ok, failed, codes: [...new Set(faults.map(({ code }) => code))] };
};
const without = (...at: number[]) => entries.filter((_, n) => !at.includes(n));
const changed = (at: number, change: Partial<LedgerEntry>) =>
  entries.map((entry, n) => (n === at ? { ...entry, ...change } : entry));
const honest = () => bundleOf(logOf(entries, honestSigner()), entries, early);
const DECISION = 3;

describe('an operator of a log', () => {
  it('who is honest passes, also before a witness and somebody who kept a checkpoint', async () => {
    const bundle = { ...(await honest()), checkpoint: cosigned };
    expect(judge(bundle, { trust: witnessed(), since: [early.note] })).toEqual({ ok: true, failed: [], codes: [] });
    expect(entries.map(({ type }) => type).slice(0, 5)).toEqual(['intent', 'outcome', 'seal', 'decision', 'seal']);
  });

  it('edit: changes an entry in the bundle', async () => {
    const bundle = await honest();
    const forged = changed(DECISION, { facts: { verdict: 'ALLOW' } });
    const edited = bundle.entries.map((one, n) => ({ ...one, entry: forged[n] as LedgerEntry }));
    expect(judge({ ...bundle, entries: edited })).toMatchObject({
      ok: false,
      failed: ['inclusion'],
      codes: ['inclusion_failed'],
    });
  });

  it('edit: changes an entry in the stored log', async () => {
    const honestLog = logOf(entries, honestSigner());
    const forged = logOf(changed(DECISION, { facts: { verdict: 'ALLOW' } }), honestSigner());
    const mixed = { ...honestLog, tile: forged.tile };
    const report = await fsck(mixed, { keys: [honestSigner().key] });
    expect(report.faults.map(({ code }) => code)).toEqual(['root_mismatch']);
  });

  it('reorder: lets the decision stand before its evidence', async () => {
    const order = [...entries.slice(3, 5), ...entries.slice(0, 3), ...entries.slice(5)];
    const bundle = await bundleOf(logOf(order, honestSigner()), order, early);
    expect(judge(bundle, { since: [early.note] })).toMatchObject({
      ok: false,
      failed: ['consistency'],
      codes: ['consistency_failed', 'since_unproven'],
    });
  });

  it('insert: slips an approval into a sealed session', async () => {
    const template = entries[DECISION] as LedgerEntry;
    const approval = { ...template, id: template.id.replace(/^....../, '000000'), type: 'approval' as const };
    const all = [...entries.slice(0, 4), approval, ...entries.slice(4)];
    const bundle = await bundleOf(logOf(all, honestSigner()), all, early);
    expect(judge(bundle)).toMatchObject({ ok: false, failed: ['consistency', 'session'] });
    expect(judge(bundle).codes).toEqual(['session_order', 'consistency_failed']);
  });

  it('duplicate: replays an entry of the log at its end', async () => {
    const all = [...entries, entries[DECISION] as LedgerEntry];
    const bundle = await bundleOf(logOf(all, honestSigner()), all, early);
    expect(judge(bundle, { since: [early.note] })).toMatchObject({
      ok: false,
      failed: ['session'],
      codes: ['session_order'],
    });
  });

  it('drop middle: leaves an outcome out', async () => {
    const bundle = await honest();
    const rest = bundle.entries.filter((_, n) => n !== 1);
    expect(judge({ ...bundle, entries: rest })).toMatchObject({
      ok: false,
      failed: ['session'],
      codes: ['session_gap', 'reference_missing'],
    });
  });

  it('drop tail: shows an older state, validly signed', async () => {
    const all = entries.slice(0, early.size);
    const bundle = await bundleOf(logOf(all, honestSigner()), all);
    expect(judge(bundle).ok).toBe(true); // consistent with itself: only a memory sees it
    expect(judge(bundle, { since: [today.note] })).toMatchObject({
      ok: false,
      failed: ['consistency'],
      codes: ['since_unproven'],
    });
    const report = await fsck(logOf(all, honestSigner()), { since: [today.note] });
    expect(report.faults.map(({ code }) => code)).toEqual(['log_truncated']);
  });

  it('drop tail: cuts a session before its seal', async () => {
    const all = entries.slice(0, -1);
    expect(judge(await bundleOf(logOf(all, honestSigner()), all, early))).toMatchObject({
      ok: false,
      failed: ['session'],
      codes: ['session_open'],
    });
  });

  it('drop session: builds the log anew without the evidence', async () => {
    const all = without(0, 1, 2);
    const bundle = await bundleOf(logOf(all, honestSigner()), all, early);
    expect(judge(bundle, { since: [early.note] })).toMatchObject({ ok: false, failed: ['consistency', 'session'] });
    expect(judge(await bundleOf(logOf(all, honestSigner()), all))).toMatchObject({ codes: ['reference_missing'] });
  });

  it('miscount: seals a session with fewer entries than it had', async () => {
    const all = changed(4, { facts: { entries: 0, reason: 'completed' } });
    expect(judge(await bundleOf(logOf(all, honestSigner()), all))).toMatchObject({
      failed: ['session'],
      codes: ['session_count'],
    });
  });

  it('hide an outcome: never writes what an effect did', async () => {
    const intent = { ...(entries[0] as LedgerEntry), id: '01890000-0000-7000-8000-000000000000' };
    const report = await fsck(logOf([...entries, intent], honestSigner()));
    expect(report.dangling_intents).toEqual([intent.id]);
  });

  describe('with a log of logs', () => {
    let bytes: Uint8Array;
    const logs = () => memory.signer(LOG_OF_LOGS_TENANT);
    const ask = (checkpoints: readonly string[]) =>
      verifyLogOfLogs(bytes, {
        trust: createTrustFile({ logs: [logs().verifierKey] }),
        keys: [honestSigner().key, memory.signer('other').key],
        checkpoints,
      });
    const otherHead = async () => ((await memory.reader('other').checkpoint()) as SignedCheckpoint).note;

    beforeAll(async () => {
      const session = await memory.ledger.openSession(LOG_OF_LOGS_TENANT, service);
      const heads = [early, today, signedCheckpoint(await otherHead())];
      await session.record(heads.map(checkpointDraft));
      await session.seal();
      const reader = memory.reader(LOG_OF_LOGS_TENANT);
      const source = { tenant: LOG_OF_LOGS_TENANT, reader, ledger: memory.ledger, database: memory.database };
      bytes = await exportBundle(source, { kind: 'all' });
      expect(ask([today.note, await otherHead()])).toMatchObject({ ok: true, faults: [] });
    });

    it('drop tenant: a whole log is gone', async () => {
      expect(ask([await otherHead()]).faults).toMatchObject([{ code: 'log_missing', where: today.origin }]);
    });

    it('old backup: the database is put back to an earlier day', async () => {
      expect(ask([early.note, await otherHead()]).faults).toMatchObject([{ code: 'log_behind', where: today.origin }]);
    });
  });

  it('old backup: the witness remembers, and does not cosign what is smaller', async () => {
    const log = logOf(entries.slice(0, early.size), honestSigner());
    expect(await submit(log, 0, early.note)).toMatchObject({ status: 409, body: `${today.size}\n` });
  });

  it('re-chain with the stolen log key: another history, signed as validly', async () => {
    const all = changed(DECISION, { facts: { verdict: 'ALLOW' } });
    const log = logOf(all, honestSigner());
    expect(judge(await bundleOf(log, all)).ok).toBe(true); // the key alone proves nothing any more
    expect(await submit(log, today.size, log.note)).toMatchObject({ status: 422 });
    expect(judge(await bundleOf(log, all), { trust: witnessed() })).toMatchObject({
      ok: false,
      failed: ['witnessed'],
      codes: ['quorum_not_met'],
    });
    expect(judge(await bundleOf(log, all), { since: [today.note] })).toMatchObject({
      failed: ['consistency'],
      codes: ['split_view'],
    });
  });

  it('re-chain with a key of his own: nobody trusts it', async () => {
    const stranger = createMemoryLedger({ clock, ids: new SeededIds(clock, 'stranger'), deployment: 'bank.example' });
    const signer = { ...stranger.signer('acme'), origin: honestSigner().origin };
    const note = formatSignedNote({
      text: checkpointText({ origin: honestSigner().origin, size: 1, root: leafHash(entryBytes(entries[0] as never)) }),
      signatures: [{ name: signer.origin, keyId: honestSigner().key.keyId, signature: new Uint8Array(64) }],
    });
    const bundle = await bundleOf({ ...logOf(entries.slice(0, 1), honestSigner()), note }, entries.slice(0, 1));
    expect(judge(bundle).codes).toEqual(['session_open', 'signature_forged', 'log_not_trusted']);
  });

  it('split view: shows one history to one and another to the other', async () => {
    const monitor = createMonitor({ keys: [honestSigner().key], keeper: createMemoryCheckpointKeeper() });
    expect(await monitor.observe(logOf(entries, honestSigner()))).toEqual({ kind: 'first', size: entries.length });
    const fork = changed(DECISION, { facts: { verdict: 'ALLOW' } });
    const seen = await monitor.observe(logOf(fork, honestSigner()));
    expect(seen).toMatchObject({ kind: 'split_view' });
    const proof = JSON.parse(JSON.stringify(seen.kind === 'split_view' ? seen.proof : null)) as unknown;
    expect(verifySplitView(proof, [honestSigner().key])).toMatchObject({ proven: true, origin: today.origin });
  });

  it('proof transplant: gives an entry the proof of another', async () => {
    const bundle = await honest();
    const [first, second, ...rest] = bundle.entries;
    if (!first || !second) throw new Error('two entries');
    const entriesOfIt = [{ ...first, proof: second.proof }, { ...second, proof: first.proof }, ...rest];
    expect(judge({ ...bundle, entries: entriesOfIt })).toMatchObject({
      failed: ['inclusion'],
      codes: ['inclusion_failed'],
    });
  });

  it('proof transplant: puts a witness’s signature under another head', async () => {
    const all = changed(DECISION, { facts: { verdict: 'ALLOW' } });
    const log = logOf(all, honestSigner());
    const { text, signatures } = parseSignedNote(log.note);
    const stolen = parseSignedNote(cosigned).signatures.slice(1);
    const note = formatSignedNote({ text, signatures: [...signatures, ...stolen] });
    expect(judge({ ...(await bundleOf(log, all)), checkpoint: note }, { trust: witnessed() }).codes).toEqual([
      'signature_forged',
      'quorum_not_met',
    ]);
  });

  it('clock rollback: sets the clock back to write into the past', async () => {
    const late = Date.parse(entries.at(-1)?.time ?? '');
    const time = new Date(late - 3_600_000).toISOString();
    const all = [
      ...entries,
      ...entries.slice(3, 5).map((entry, n) => ({
        ...entry,
        time,
        id: `01890000-0000-7000-8000-00000000000${n}`,
        session: { id: '01890000-0000-7000-8000-0000000000ff', seq: n },
      })),
    ];
    const log = logOf(all, honestSigner());
    expect(judge(await bundleOf(log, all, early), { since: [early.note] })).toMatchObject({
      ok: false,
      failed: ['session'],
      codes: ['clock_rollback'],
    });
    expect((await fsck(log)).faults[0]?.code).toBe('clock_rollback');
    const monitor = createMonitor({ keys: [honestSigner().key], keeper: createMemoryCheckpointKeeper() });
    expect(await monitor.observe(log)).toMatchObject({ kind: 'clock_rollback', at: entries.length });
  });

  it('cross-tenant replay: shows another tenant’s log as this one’s', async () => {
    const others = await entriesOf('other');
    const foreign = await bundleOf(logOf(others, memory.signer('other')), others);
    expect(judge(foreign)).toMatchObject({ failed: ['signer'], codes: ['log_not_trusted'] });
    const mixed = [...entries, ...others];
    expect(judge(await bundleOf(logOf(mixed, honestSigner()), mixed, early))).toMatchObject({
      failed: ['inclusion'],
      codes: ['foreign_entry'],
    });
  });

  it('opens a commitment to something else', async () => {
    const bundle = await honest();
    const disclosed = { finding: { salt: encodeBase64(new Uint8Array(32)), value: 'finding-2' } };
    const forged = bundle.entries.map((one, n) => (n === DECISION ? { ...one, disclosed } : one));
    expect(judge({ ...bundle, entries: forged })).toMatchObject({ failed: ['bytes'], codes: ['disclosure_mismatch'] });
  });
});
