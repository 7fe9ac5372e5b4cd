import { beforeAll, describe, expect, it } from '@jest/globals';
import { type Bundle, canonicalBytes, type LedgerEntry } from '@dmitry/contracts';
import { ManualClock, SeededIds } from '@dmitry/kit/memory';
import { createMemoryLedger, type MemoryLedger } from '../../memory/index.ts';
import {
  createLogSigner,
  createTrustFile,
  exportBundle,
  type ExportOptions,
  type BundleSelection,
  verifyBundle,
  type VerifyOptions,
  parseSignedNote,
  formatSignedNote,
  leafHash,
  parseTlogPolicy,
  proveEntry,
  signedCheckpoint,
  verifyTlogProof,
} from '../index.ts';

const clock = new ManualClock();
const service = { kind: 'service', name: 'orchestrator' } as const;
let memory: MemoryLedger;
const tenant = 'acme';
let early = '';
let sessionId = '';
let decisionId = '';

/** Two sessions: evidence and a decision on it; then one that belongs to nothing of the first. */
beforeAll(async () => {
  memory = createMemoryLedger({ clock, ids: new SeededIds(clock, 'bundle') });
  const lookups = { finding: 'finding-1' };
  const reads = await memory.ledger.openSession(tenant, service);
  const [asked] = await reads.record([
    { type: 'intent', facts: { service: 'pdri', operation: 'get', effect: 'read' } },
  ]);
  const [read] = await reads.record([
    { type: 'outcome', refs: { intent: asked?.id as string }, facts: { status: 'success' } },
  ]);
  await reads.seal();
  early = (await memory.reader(tenant).checkpoint())?.note ?? '';
  const decides = await memory.ledger.openSession(tenant, service, { lookups });
  const [decision] = await decides.record([
    {
      type: 'decision',
      refs: { evidence: [read?.id as string] },
      facts: { verdict: 'ALLOW' },
      committed: { action_digest: 'a'.repeat(64), finding: 'finding-1' },
    },
  ]);
  await decides.seal();
  const other = await memory.ledger.openSession(tenant, service);
  await other.record([{ type: 'config' }]);
  await other.seal();
  [sessionId, decisionId] = [decides.id, decision?.id as string];
});

const source = () => ({ tenant, reader: memory.reader(tenant), ledger: memory.ledger, database: memory.database });
const exported = (selection: BundleSelection = { kind: 'all' }, options?: ExportOptions) =>
  exportBundle(source(), selection, options);
const trust = () => createTrustFile({ logs: [memory.signer(tenant).verifierKey] });
const parse = (bytes: Uint8Array): Bundle => JSON.parse(Buffer.from(bytes).toString('utf8')) as Bundle;
const verify = (bundle: Bundle | Uint8Array, options: VerifyOptions = { trust: trust() }) =>
  verifyBundle(bundle instanceof Uint8Array ? bundle : canonicalBytes(bundle), options);
const codes = (bundle: Bundle | Uint8Array, options?: VerifyOptions) => [
  ...new Set(verify(bundle, options).faults.map(({ code }) => code)),
];

describe('a bundle', () => {
  it('of the whole log verifies with the trust file and nothing else', async () => {
    const { size = 0 } = (await memory.reader(tenant).checkpoint()) ?? {};
    expect(verify(await exported())).toEqual({
      covered: { entries: size, size },
      ok: true,
      verdicts: {
        bytes: 'pass',
        inclusion: 'pass',
        consistency: 'not_checked',
        witnessed: 'not_checked',
        signer: 'pass',
        session: 'pass',
        replay: 'not_checked',
      },
      faults: [],
    });
  });

  it('without a trust file is consistent with itself, and that is not enough', async () => {
    const report = verify(await exported(), {});
    expect(report).toMatchObject({
      ok: false,
      verdicts: { bytes: 'pass', inclusion: 'pass', signer: 'not_checked', session: 'pass' },
    });
    expect(report.faults).toMatchObject([
      { code: 'trust_missing', message: expect.stringContaining('self-consistent only') },
    ]);
  });

  it('of a finding brings the whole sessions and what they rest on, and not the rest of the log', async () => {
    for (const selection of [
      { kind: 'finding', id: 'finding-1' },
      { kind: 'session', id: sessionId },
      { kind: 'entries', ids: [decisionId] },
    ] as const) {
      const bundle = parse(await exported(selection));
      expect(bundle.entries.map(({ entry }) => entry.type)).toEqual(['intent', 'outcome', 'seal', 'decision', 'seal']);
      expect(verify(bundle).ok).toBe(true);
    }
  });

  it('opens the fields that are asked for, and everybody can check them', async () => {
    const some = parse(await exported({ kind: 'session', id: sessionId }, { disclose: ['action_digest'] }));
    const disclosed = some.entries.find(({ entry }) => entry.id === decisionId)?.disclosed;
    expect(Object.keys(disclosed ?? {})).toEqual(['action_digest']);
    expect(verify(some).ok).toBe(true);
    const all = parse(await exported({ kind: 'all' }, { disclose: 'all' }));
    expect(all.entries.flatMap((one) => Object.keys(one.disclosed ?? {}))).toEqual(['action_digest', 'finding']);
    const opened = (disclosed ?? {}) as Record<string, { salt: string; value: unknown }>;
    opened['action_digest'] = { salt: opened['action_digest']?.salt ?? '', value: 'b'.repeat(64) };
    expect(codes(some)).toEqual(['disclosure_mismatch']);
    opened['toString'] = { salt: '', value: 1 };
    expect(codes(some)).toEqual(['disclosure_mismatch']);
  });

  it('of nothing that exists is not exported', async () => {
    await expect(exported({ kind: 'finding', id: 'no finding' })).rejects.toMatchObject({
      code: 'ledger.entry_unknown',
    });
    await expect(exported({ kind: 'entries', ids: [] })).rejects.toMatchObject({ code: 'ledger.entry_unknown' });
  });

  it('of more entries than are allowed is not exported, be it the whole log or what a finding brings along', async () => {
    const tooLarge = { code: 'ledger.bundle_too_large' };
    const { entries } = JSON.parse(
      Buffer.from(await exported({ kind: 'finding', id: 'finding-1' })).toString(),
    ) as Bundle;
    const limit = { maxEntries: entries.length - 1 };
    await expect(exported({ kind: 'finding', id: 'finding-1' }, limit)).rejects.toMatchObject(tooLarge);
    await expect(exported({ kind: 'all' }, limit)).rejects.toMatchObject(tooLarge);
    await expect(exported({ kind: 'finding', id: 'finding-1' }, { maxEntries: entries.length })).resolves.toBeDefined();
  });

  it('of the whole log is not exported from a store that lost entries under a signed checkpoint', async () => {
    const { ledger, ...rest } = source();
    const lossy = {
      ...rest,
      ledger: {
        ...ledger,
        list: async (...args: Parameters<typeof ledger.list>) => (await ledger.list(...args)).slice(3),
      },
    };
    await expect(exportBundle(lossy, { kind: 'all' })).rejects.toMatchObject({
      code: 'ledger.entries_missing',
    });
  });

  it('says how much of the log it holds, and a part does not pass where everything is demanded', async () => {
    const { size = 0 } = (await memory.reader(tenant).checkpoint()) ?? {};
    const part = await exported({ kind: 'session', id: sessionId });
    expect(verify(part)).toMatchObject({ ok: true, covered: { entries: parse(part).entries.length, size } });
    expect(parse(part).entries.length).toBeLessThan(size);
    expect(verify(part, { trust: trust(), complete: true })).toMatchObject({
      ok: false,
      verdicts: { inclusion: 'fail' },
      faults: [{ code: 'incomplete' }],
    });
    expect(verify(await exported(), { trust: trust(), complete: true }).ok).toBe(true);
  });

  it('proves that it leads on from checkpoints known before, when exported so', async () => {
    const bundle = await exported({ kind: 'all' }, { since: [early] });
    expect(verify(bundle, { trust: trust(), since: [early] })).toMatchObject({
      ok: true,
      verdicts: { consistency: 'pass' },
    });
    const { note } = (await memory.reader(tenant).checkpoint()) as { note: string };
    expect(verify(bundle, { trust: trust(), since: [note] }).ok).toBe(true);
    const none = memory.signer(tenant).sign({ origin: memory.reader(tenant).origin, size: 0, root: createEmptyRoot() });
    const fromNothing = await exported({ kind: 'all' }, { since: [none] });
    expect(verify(fromNothing, { trust: trust(), since: [none] }).ok).toBe(true);
  });

  it('proves that it leads on from the checkpoint that is kept outside, without being asked', async () => {
    const keeper = { last: () => Promise.resolve(signedCheckpoint(early)), keep: () => Promise.resolve() };
    const bytes = await exportBundle({ ...source(), keeper }, { kind: 'all' }, { since: [early] });
    expect(parse(bytes).consistency.map(({ from }) => from)).toEqual([early]);
    expect(
      verify(await exportBundle({ ...source(), keeper }, { kind: 'all' }), { trust: trust(), since: [early] }).ok,
    ).toBe(true);
  });

  it('without that proof is since_unproven, however intact', async () => {
    expect(codes(await exported(), { trust: trust(), since: [early] })).toEqual(['since_unproven']);
  });

  it('older than a checkpoint known before is since_unproven: the tail is cut', async () => {
    const small = createMemoryLedger({ clock, ids: new SeededIds(clock, 'small'), sequencing: 'manual' });
    const session = await small.ledger.openSession(tenant, service);
    await session.record([{ type: 'config' }]);
    await session.seal();
    await small.sequencer.round();
    const from = { tenant, reader: small.reader(tenant), ledger: small.ledger, database: small.database };
    const before = await exportBundle(from, { kind: 'all' });
    const more = await small.ledger.openSession(tenant, service);
    await more.record([{ type: 'config' }]);
    await small.sequencer.round();
    const { note } = (await small.reader(tenant).checkpoint()) as { note: string };
    const options = { trust: createTrustFile({ logs: [small.signer(tenant).verifierKey] }), since: [note] };
    expect(verify(before, options)).toMatchObject({
      ok: false,
      verdicts: { consistency: 'fail', signer: 'pass' },
      faults: [{ code: 'since_unproven' }],
    });
    expect(verify(before, { trust: options.trust }).ok).toBe(true);
  });

  it('whose entries have no proof yet is not exported', async () => {
    const young = createMemoryLedger({ clock, ids: new SeededIds(clock, 'young'), sequencing: 'manual' });
    const from = { tenant, reader: young.reader(tenant), ledger: young.ledger, database: young.database };
    await expect(exportBundle(from, { kind: 'all' })).rejects.toMatchObject({
      code: 'ledger.proof_pending',
      retryable: true,
    });
    const session = await young.ledger.openSession(tenant, service);
    await session.record([{ type: 'config' }]);
    await young.sequencer.round();
    await session.record([{ type: 'config' }]);
    await expect(exportBundle(from, { kind: 'session', id: session.id })).rejects.toMatchObject({
      code: 'ledger.proof_pending',
    });
    expect(parse(await exportBundle(from, { kind: 'all' })).entries).toHaveLength(1);
  });

  it('is not exported since a checkpoint of another log, or of a larger one', async () => {
    const foreign = createLogSigner('other', new Uint8Array(32)).sign({
      origin: 'other',
      size: 1,
      root: new Uint8Array(32),
    });
    await expect(exported({ kind: 'all' }, { since: [foreign] })).rejects.toMatchObject({
      code: 'ledger.checkpoint_invalid',
    });
    const larger = memory
      .signer(tenant)
      .sign({ origin: memory.reader(tenant).origin, size: 1_000, root: new Uint8Array(32) });
    await expect(exported({ kind: 'all' }, { since: [larger] })).rejects.toMatchObject({
      code: 'ledger.proof_invalid',
    });
  });

  it('of more than a thousand entries is read page by page', async () => {
    const big = createMemoryLedger({ clock, ids: new SeededIds(clock, 'big') });
    const session = await big.ledger.openSession(tenant, service);
    await session.record(Array.from({ length: 1_100 }, () => ({ type: 'config' as const })));
    await session.seal();
    const bytes = await exportBundle(
      { tenant, reader: big.reader(tenant), ledger: big.ledger, database: big.database },
      { kind: 'all' },
    );
    expect(parse(bytes).entries).toHaveLength(1_101);
    expect(verify(bytes, { trust: createTrustFile({ logs: [big.signer(tenant).verifierKey] }) }).ok).toBe(true);
  });
});

/** The seal of a session that has nothing else. */
const minimal: LedgerEntry = {
  v: 1,
  id: '01970000-0000-7000-8000-000000000000',
  tenant: 'tenant',
  type: 'seal',
  time: '2026-01-01T00:00:00.000Z',
  session: { id: '01970000-0000-7000-8000-000000000001', seq: 0 },
  actor: { kind: 'system', pseudonym: 'p' },
  refs: {},
  facts: { entries: 0 },
  commitments: {},
  payload: [],
};
const createEmptyRoot = () => Buffer.from('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', 'hex');

describe('a bundle that was tampered with', () => {
  const drop = (bundle: Bundle, at: number): Bundle => ({
    ...bundle,
    entries: bundle.entries.filter((_, n) => n !== at),
  });

  it('by dropping an entry of a session, first, middle or seal, fails its session', async () => {
    const { complete: _whole, ...bundle } = parse(await exported());
    expect([0, 1, 2].map((at) => codes(drop(bundle, at)))).toEqual([
      ['session_gap', 'reference_missing'],
      ['session_gap', 'reference_missing'],
      ['session_open'],
    ]);
  });

  it('by leaving out whole sessions, though each entry that is left has its proof', async () => {
    const bundle = parse(await exported());
    const last = bundle.entries.at(-1)?.entry.session.id;
    const without = { ...bundle, entries: bundle.entries.filter(({ entry }) => entry.session.id !== last) };
    expect(without.entries.length).toBeGreaterThan(0);
    expect(codes(without)).toEqual(['incomplete']);
    expect(codes({ ...bundle, entries: [] })).toEqual(['nothing_proven']);
    // whoever also takes out the claim to be whole passes for a part, and not where everything is demanded
    const { complete: _claim, ...part } = without;
    expect(codes(part, { trust: trust(), complete: true })).toEqual(['incomplete']);
    expect(codes({ ...part, entries: [] })).toEqual(['nothing_proven']);
  });

  it('by repeating, reordering or swapping entries', async () => {
    const bundle = parse(await exported());
    const [a, b] = bundle.entries;
    if (!a || !b) throw new Error('two entries');
    expect(codes({ ...bundle, entries: [a, ...bundle.entries] })).toEqual(['entry_order', 'session_order']);
    expect(codes({ ...bundle, entries: [b, a, ...bundle.entries.slice(2)] })).toEqual(['entry_order', 'session_order']);
    const swapped = [{ ...a, entry: b.entry }, { ...b, entry: a.entry }, ...bundle.entries.slice(2)];
    expect(codes({ ...bundle, entries: swapped })).toContain('inclusion_failed');
  });

  it('by an entry that was never in the log, or is another tenant’s', async () => {
    const bundle = parse(await exported());
    const forged = structuredClone(bundle);
    (forged.entries[3] as { entry: LedgerEntry }).entry.facts = { verdict: 'DENY' };
    expect(verify(forged)).toMatchObject({
      ok: false,
      verdicts: { inclusion: 'fail' },
      faults: [{ code: 'inclusion_failed', where: '/entries/3' }],
    });
    const proofless = structuredClone(bundle);
    (proofless.entries[0] as { proof: string[] }).proof = ['not base64'];
    expect(codes(proofless)).toEqual(['inclusion_failed']);
  });

  it('by signing it anew with a key of one’s own, even under the right name', async () => {
    const bundle = parse(await exported());
    const thief = createLogSigner(memory.reader(tenant).origin, new Uint8Array(32).fill(9));
    const { text } = parseSignedNote(bundle.checkpoint);
    const [, size, root] = text.split('\n') as [string, string, string];
    const checkpoint = thief.sign({ origin: thief.origin, size: Number(size), root: Buffer.from(root, 'base64') });
    expect(verify({ ...bundle, checkpoint })).toMatchObject({
      ok: false,
      verdicts: { signer: 'fail', inclusion: 'pass' },
      faults: [{ code: 'log_not_trusted' }],
    });
    expect(verify({ ...bundle, checkpoint }, { trust: createTrustFile({ logs: [thief.verifierKey] }) }).ok).toBe(true);
    const { signatures } = parseSignedNote(bundle.checkpoint);
    const forged = signatures.map((one) => ({ ...one, signature: Buffer.from(one.signature).map((byte) => byte ^ 1) }));
    expect(codes({ ...bundle, checkpoint: formatSignedNote({ text, signatures: forged }) })).toEqual([
      'signature_forged',
      'log_not_trusted',
    ]);
  });

  it('by whoever rewrote its JSON, though the values are the same', async () => {
    const bytes = await exported();
    for (const other of [
      `${Buffer.from(bytes).toString('utf8')}\n`,
      JSON.stringify(parse(bytes), null, 1),
      `\ufeff${Buffer.from(bytes).toString('utf8')}`,
    ])
      expect(verify(Buffer.from(other)).verdicts.bytes).toBe('fail');
  });

  it('in its consistency proofs or the checkpoints that they start from', async () => {
    const bundle = parse(await exported({ kind: 'all' }, { since: [early] }));
    const [carried] = bundle.consistency;
    if (!carried) throw new Error('one proof');
    const codesOf = (consistency: Bundle['consistency']) => codes({ ...bundle, consistency });
    expect(codesOf([{ ...carried, proof: carried.proof.slice(1) }])).toEqual(['consistency_failed']);
    expect(codesOf([{ ...carried, from: 'nonsense' }])).toEqual(['consistency_failed']);
    const origin = memory.reader(tenant).origin;
    const thief = createLogSigner(origin, new Uint8Array(32).fill(9));
    const { text } = parseSignedNote(carried.from);
    const root = Buffer.from(text.split('\n')[2] as string, 'base64');
    expect(codesOf([{ ...carried, from: thief.sign({ origin, size: 3, root }) }])).toEqual(['log_not_trusted']);
    expect(codesOf([{ from: thief.sign({ origin, size: 8, root }), proof: [] }])).toContain('consistency_failed');
    const stranger = createLogSigner('stranger', new Uint8Array(32).fill(9));
    expect(codesOf([{ ...carried, from: stranger.sign({ origin: 'stranger', size: 3, root }) }])).toContain(
      'consistency_failed',
    );
  });

  it('shows two heads of one log that cannot both be', async () => {
    const bundle = parse(await exported());
    const signer = memory.signer(tenant);
    const size = Number(bundle.checkpoint.split('\n')[1]);
    const other = signer.sign({ origin: signer.origin, size, root: new Uint8Array(32) });
    expect(codes(bundle, { trust: trust(), since: [other] })).toEqual(['split_view']);
    expect(codes({ ...bundle, consistency: [{ from: other, proof: [] }] })).toEqual(['split_view']);
  });

  it('is told apart from checkpoints and trust files that cannot be used', async () => {
    const bundle = await exported();
    const foreign = createLogSigner('other', new Uint8Array(32)).sign({
      origin: 'other',
      size: 1,
      root: new Uint8Array(32),
    });
    const unsigned = createLogSigner(memory.reader(tenant).origin, new Uint8Array(32)).sign({
      origin: memory.reader(tenant).origin,
      size: 1,
      root: new Uint8Array(32),
    });
    for (const since of ['nonsense', foreign, unsigned])
      expect(codes(bundle, { trust: trust(), since: [since] })).toEqual(['since_invalid']);
    for (const bad of [null, {}, { v: 1, policy: 'nonsense' }, { v: 2, policy: 'quorum none' }])
      expect(codes(bundle, { trust: bad })).toEqual(['trust_invalid']);
    expect(codes(bundle, { trust: { v: 1, policy: 'quorum none' } })).toEqual(['log_not_trusted']);
  });

  it('in ways that only a session’s numbers show', async () => {
    const bundle = parse(await exported());
    const withEntry = (at: number, change: (entry: LedgerEntry) => void) => {
      const copy = structuredClone(bundle);
      change((copy.entries[at] as { entry: LedgerEntry }).entry);
      return codes(copy);
    };
    expect(withEntry(2, (entry) => (entry.facts = { entries: 3 }))).toContain('session_count');
    expect(withEntry(1, (entry) => (entry.type = 'seal'))).toContain('session_order');
    expect(withEntry(0, (entry) => (entry.session.seq = Number.MAX_SAFE_INTEGER))).toContain('session_gap');
    expect(withEntry(0, (entry) => (entry.tenant = 'other'))).toContain('inclusion_failed');
  });

  it('by entries of another tenant, or larger than an entry may be, though a log signed them', () => {
    const log = createLogSigner('deployment/tenant', new Uint8Array(32).fill(3));
    const bundle = parse(Buffer.from(JSON.stringify({ v: 1, checkpoint: '', entries: [], consistency: [] })));
    const facts = Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`f${n}`, 'x'.repeat(500)]));
    const codesOf = (change: Partial<LedgerEntry>) => {
      const entry: LedgerEntry = { ...minimal, ...change };
      const checkpoint = log.sign({ origin: log.origin, size: 1, root: leafHash(canonicalBytes(entry)) });
      const trusted = { trust: createTrustFile({ logs: [log.verifierKey] }) };
      return codes({ ...bundle, checkpoint, entries: [{ index: 0, entry, proof: [] }] }, trusted);
    };
    expect(codesOf({ tenant: 'tenant' })).toEqual([]);
    expect(codesOf({ tenant: 'other' })).toEqual(['foreign_entry']);
    expect(codesOf({ tenant: 'tenant', facts: { ...facts, entries: 0 } })).toEqual(['entry_too_large']);
  });

  it('is unreadable, and the report says so', () => {
    for (const bytes of [
      Buffer.from(''),
      Buffer.from('{'),
      Buffer.from('[]'),
      Buffer.from([0xff, 0xfe]),
      Buffer.from('{"v":1}'),
    ]) {
      expect(verify(bytes)).toMatchObject({
        ok: false,
        verdicts: { bytes: 'fail', inclusion: 'not_checked', session: 'not_checked' },
      });
    }
    const surrogate = `{"checkpoint":"\\ud800","consistency":[],"entries":[],"v":1}`;
    expect(codes(Buffer.from(surrogate))).toEqual(['not_a_bundle']);
    expect(codes(Buffer.from(`{"checkpoint":"x","consistency":[],"entries":[],"v":1}`))).toEqual([
      'checkpoint_invalid',
    ]);
  });
});

describe('a log whose key was stolen', () => {
  // the thief signs as the log does; only what others kept from before shows that the history is another
  it('cannot rewrite its history unseen by those who kept a checkpoint, nor pass for another tenant', async () => {
    const keys = { deployment: 'd.example', pseudonymKey: new Uint8Array(32), signerSeed: new Uint8Array(32) };
    const make = async (facts: LedgerEntry['facts'], name: string) => {
      const log = createMemoryLedger({ clock, ids: new SeededIds(clock, name), ...keys });
      for (const _ of [1, 2]) {
        const session = await log.ledger.openSession(tenant, service);
        await session.record([{ type: 'decision', facts }]);
        await session.seal();
      }
      return log;
    };
    const [honest, rewritten] = [await make({ verdict: 'DENY' }, 'honest'), await make({ verdict: 'ALLOW' }, 'thief')];
    const own = createTrustFile({ logs: [honest.signer(tenant).verifierKey] });
    const [first, , , last] = await honest.reader(tenant).checkpoints(10);
    const from = { tenant, reader: rewritten.reader(tenant), ledger: rewritten.ledger, database: rewritten.database };
    const forged = await exportBundle(from, { kind: 'all' }, { since: [first?.note ?? ''] });
    expect(codes(await exportBundle(from, { kind: 'all' }), { trust: own })).toEqual([]);
    expect(codes(forged, { trust: own, since: [first?.note ?? ''] })).toContain('consistency_failed');
    expect(codes(forged, { trust: own, since: [last?.note ?? ''] })).toContain('split_view');
    expect(codes(forged, { trust: createTrustFile({ logs: [honest.signer('other').verifierKey] }) })).toContain(
      'log_not_trusted',
    );
  });
});

describe('the proof of one entry', () => {
  it('is a file that verifies with the entry and a policy', async () => {
    const proof = await proveEntry(memory.reader(tenant), decisionId);
    const [stored] = await memory.database.tenant(tenant, (tx) => memory.ledger.list(tx, { ids: [decisionId] }));
    const policy = parseTlogPolicy(trust().policy);
    expect(verifyTlogProof(proof, canonicalBytes(stored?.entry), policy)).toMatchObject({
      ok: true,
      index: stored?.index,
    });
    expect(verifyTlogProof(proof, canonicalBytes({ ...stored?.entry, type: 'policy' }), policy)).toEqual({
      ok: false,
      fault: 'inclusion_failed',
    });
    await expect(proveEntry(memory.reader(tenant), 'nothing')).rejects.toMatchObject({ code: 'ledger.proof_pending' });
  });
});

describe('verdicts that others add', () => {
  it('fail the bundle when witnesses are demanded and absent', async () => {
    const witness = createLogSigner('w.example', new Uint8Array(32).fill(5)).verifierKey;
    const demanding = createTrustFile({ logs: [memory.signer(tenant).verifierKey], witnesses: { W: witness } });
    expect(verify(await exported(), { trust: demanding })).toMatchObject({
      ok: false,
      verdicts: { witnessed: 'fail' },
      faults: [{ code: 'quorum_not_met' }],
    });
  });

  it('fail the bundle when a replay differs, and pass when it does not', async () => {
    const bundle = await exported();
    expect(verify(bundle, { trust: trust(), replay: () => [] })).toMatchObject({
      ok: true,
      verdicts: { replay: 'pass' },
    });
    const differs = verify(bundle, {
      trust: trust(),
      replay: ({ entries }) => [{ where: '/entries/3', message: `${entries.length}` }],
    });
    expect(differs).toMatchObject({
      ok: false,
      verdicts: { replay: 'fail' },
      faults: [{ code: 'replay_diverged', message: '7' }],
    });
  });
});
