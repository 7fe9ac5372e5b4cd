import { afterAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ManualClock, SeededIds } from '@dmitry/kit/memory';
import { createTrustFile, encodeBase64, exportBundle, fsck, TileTree, verifyBundle } from '../core/index.ts';
import { type FileLedger, openFileLedger, pruneFileLedger } from './index.ts';

const clock = new ManualClock();
const ids = new SeededIds(clock, 'prune files');
const folder = mkdtempSync(join(tmpdir(), 'dmitry-prune-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const [pseudonymKey, signerSeed, masterKey, nextSeed] = [ids.bytes(32), ids.bytes(32), ids.bytes(32), ids.bytes(32)];
const keys = { folder, deployment: 'test.example', pseudonymKey };
const open = (more: { signerSeed?: Uint8Array; retiringSeed?: Uint8Array } = {}) =>
  openFileLedger({ ...keys, signerSeed, masterKey, clock, ids, sequenceEveryMs: null, segmentBytes: 100_000, ...more });
const tenant = 'acme';
const journalBytes = () => {
  const names = readdirSync(join(folder, 'journal'));
  return names.reduce((sum, name) => sum + statSync(join(folder, 'journal', name)).size, 0);
};

async function fill(log: FileLedger) {
  const left = await log.ledger.openSession(tenant, { kind: 'service', name: 's' });
  const [still] = await left.record([{ type: 'config' }]);
  const calling = await log.ledger.openSession(tenant, { kind: 'service', name: 's' });
  const [intent] = await calling.record([{ type: 'intent', payload: { call: 1 } }]);
  await calling.seal();
  for (let n = 0; n < 12; n++) {
    const session = await log.ledger.openSession(tenant, { kind: 'service', name: 's' });
    const payload = { text: 'x'.repeat(500) };
    await session.record(Array.from({ length: 49 }, () => ({ type: 'config' as const, payload })));
    await session.seal();
    if (n === 5)
      await (await log.ledger.openSession('other', { kind: 'service', name: 's' })).record([{ type: 'config' }]);
  }
  await log.sequencer.round();
  return [still?.id ?? '', intent?.id ?? ''];
}

const proofs = async (log: FileLedger) => {
  const tree = new TileTree(log.reader(tenant), 603);
  const text = (hashes: Uint8Array[]) => hashes.map(encodeBase64).join();
  return {
    root: encodeBase64(await tree.root()),
    inclusion: await Promise.all([512, 550, 602].map(async (at) => text(await tree.inclusionProof(at)))),
    consistency: text(await tree.consistencyProof(520)),
  };
};

describe('pruning a ledger in files', () => {
  it('removes entries and payloads from the journal, and changes no proof; the ledger opens, grows and verifies', async () => {
    const first = await open();
    const wanted = await fill(first);
    const before = await proofs(first);
    const bytes = journalBytes();
    await expect(pruneFileLedger({ ...keys, tenant, minimumIndex: 520 })).rejects.toMatchObject({
      code: 'ledger.folder_locked',
    });
    await first.close();
    // the session that is open, the intent that waits with its seal, and the session that reaches over 512 stay
    const pruned = await pruneFileLedger({ ...keys, tenant, minimumIndex: 520 });
    expect(pruned).toEqual({ minimumIndex: 512, removed: 500, kept: 12 });
    expect(journalBytes()).toBeLessThan(bytes / 3);
    const again = await open();
    expect(await proofs(again)).toEqual(before);
    const left = await again.database.tenant(tenant, (tx) => again.ledger.list(tx, { limit: 1_000 }));
    expect(left).toHaveLength(103);
    expect(left.map(({ entry }) => entry.id)).toEqual(expect.arrayContaining(wanted));
    const dangling = await again.database.tenant(tenant, (tx) => again.ledger.dangling(tx, -1));
    expect(dangling.map(({ entry }) => entry.id)).toEqual([wanted[1]]);
    expect(await again.database.tenant(tenant, (tx) => again.ledger.reveal(tx, wanted[1] ?? ''))).toMatchObject({
      payload: { call: 1 },
    });
    const session = await again.ledger.openSession(tenant, { kind: 'service', name: 's' });
    await session.record([{ type: 'config' }]);
    await session.seal();
    await again.sequencer.round();
    expect(await fsck(again.reader(tenant))).toMatchObject({ ok: true, size: 605, entries: 93, minimum_index: 512 });
    const source = { tenant, reader: again.reader(tenant), ledger: again.ledger, database: again.database };
    const trust = createTrustFile({ logs: [again.signer(tenant).verifierKey] });
    const bundle = await exportBundle(source, { kind: 'session', id: session.id });
    expect(verifyBundle(bundle, { trust }).ok).toBe(true);
    await again.close();
    expect(await pruneFileLedger({ ...keys, tenant, minimumIndex: 512 })).toMatchObject({ removed: 0, kept: 12 });
    await expect(pruneFileLedger({ ...keys, tenant, minimumIndex: 5_000 })).rejects.toMatchObject({
      code: 'ledger.prune_refused',
    });
  });

  it('changes its keys without a gap: both sign, and the key beside the tiles is the new one', async () => {
    const both = await open({ signerSeed: nextSeed, retiringSeed: signerSeed });
    await (await both.ledger.openSession(tenant, { kind: 'service', name: 's' })).record([{ type: 'config' }]);
    await both.sequencer.round();
    const note = (await both.reader(tenant).checkpoint())?.note ?? '';
    expect(note.match(/^— /gm)).toHaveLength(2);
    expect(readFileSync(join(both.logFolder(tenant), 'log.pub'), 'utf8').trim()).toBe(both.signer(tenant).verifierKey);
    await both.close();
  });
});
