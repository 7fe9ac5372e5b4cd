import { afterAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ManualClock, SeededIds } from '@dmitry/kit/memory';
import { fsck, parseTilePath, type SignedCheckpoint } from '../core/index.ts';
import { createMemoryLedger } from '../memory/index.ts';
import { createFileCheckpointKeeper, exportTiles, openTileFolder } from './index.ts';

const root = mkdtempSync(join(tmpdir(), 'trust-ledger-files-'));
afterAll(() => rmSync(root, { recursive: true }));

const clock = new ManualClock();
const memory = createMemoryLedger({ clock, ids: new SeededIds(clock, 'files') });

async function grow(tenant: string, count: number): Promise<void> {
  const session = await memory.ledger.openSession(tenant, { kind: 'system', name: 'test' });
  await session.record(Array.from({ length: count }, (_, n) => ({ type: 'intent' as const, facts: { n } })));
}

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile())
    .map((one) => join(one.parentPath, one.name).slice(folder.length + 1))
    .toSorted();

describe('a log as static files', () => {
  it('lies in the layout of C2SP tlog-tiles and passes fsck with its own key', async () => {
    const folder = join(root, 'layout');
    await grow('layout', 300);
    const exported = await exportTiles(memory.reader('layout'), folder, memory.signer('layout').verifierKey);
    const files = filesBelow(folder);
    expect(files).toEqual([
      'checkpoint',
      'log.pub',
      'tile/0/000',
      'tile/0/001.p/44',
      'tile/1/000.p/1',
      'tile/entries/000',
      'tile/entries/001.p/44',
    ]);
    expect(exported).toEqual({ size: 300, files: files.length });
    for (const path of files.filter((one) => one.startsWith('tile/')))
      expect(parseTilePath(path).width).toBeGreaterThan(0);
    const source = openTileFolder(folder);
    const key = await source.verifierKey();
    expect(await fsck(source, { keys: key ? [key] : [] })).toMatchObject({
      ok: true,
      size: 300,
      entries: 300,
      faults: [],
    });
  });

  it('grows in place and keeps full tiles as they are', async () => {
    const folder = join(root, 'growth');
    await grow('growth', 250);
    await exportTiles(memory.reader('growth'), folder, memory.signer('growth').verifierKey);
    await grow('growth', 300);
    await exportTiles(memory.reader('growth'), folder, memory.signer('growth').verifierKey);
    const full = readFileSync(join(folder, 'tile/0/000'));
    await grow('growth', 1);
    expect(await exportTiles(memory.reader('growth'), folder, memory.signer('growth').verifierKey)).toEqual({
      size: 551,
      files: 5,
    });
    expect(readFileSync(join(folder, 'tile/0/000'))).toEqual(full);
    expect(await fsck(openTileFolder(folder))).toMatchObject({ ok: true, size: 551 });
  });

  it('cannot be written before anything is signed', async () => {
    await expect(exportTiles(memory.reader('empty'), join(root, 'empty'), 'key')).rejects.toMatchObject({
      code: 'ledger.proof_pending',
    });
  });

  it('of an empty folder is no log', async () => {
    const source = openTileFolder(join(root, 'nothing'));
    expect(await source.verifierKey()).toBeNull();
    expect(await fsck(source)).toMatchObject({ ok: false, faults: [{ code: 'checkpoint_missing' }] });
  });
});

describe('checkpoints kept in a folder', () => {
  it('are there for the next process, each log its own, and a smaller one never replaces a larger one', async () => {
    await grow('kept', 2);
    const small = (await memory.reader('kept').checkpoint()) as SignedCheckpoint;
    await grow('kept', 2);
    const large = (await memory.reader('kept').checkpoint()) as SignedCheckpoint;
    const folder = join(root, 'keeper');
    await createFileCheckpointKeeper(folder).keep(large);
    await createFileCheckpointKeeper(folder).keep(small);
    const keeper = createFileCheckpointKeeper(folder);
    expect(await keeper.last(large.origin)).toEqual(large);
    expect(await keeper.last('other/log')).toBeNull();
    expect(readdirSync(folder)).toHaveLength(1);
  });

  it('that were damaged are refused, and not taken for none', async () => {
    const folder = join(root, 'damaged');
    const keeper = createFileCheckpointKeeper(folder);
    const kept = (await memory.reader('kept').checkpoint()) as SignedCheckpoint;
    await keeper.keep(kept);
    writeFileSync(join(folder, readdirSync(folder)[0] as string), 'x');
    await expect(keeper.last(kept.origin)).rejects.toMatchObject({ code: 'ledger.note_invalid' });
  });
});
