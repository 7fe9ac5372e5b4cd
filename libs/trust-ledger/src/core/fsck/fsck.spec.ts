import { beforeAll, describe, expect, it } from '@jest/globals';
import { ManualClock, SeededIds } from '@dmitry/kit/memory';
import { createMemoryLedger } from '../../memory/index.ts';
import { createLogSigner, fsck, type LogSource, type TileLevel } from '../index.ts';

const clock = new ManualClock();
const memory = createMemoryLedger({ clock, ids: new SeededIds(clock, 'fsck') });
const tenant = 'acme';
const notes: string[] = [];
let unanswered = '';

beforeAll(async () => {
  const session = await memory.ledger.openSession(tenant, { kind: 'service', name: 's' });
  for (const count of [200, 400]) {
    const [intent] = await session.record(
      Array.from({ length: count }, () => ({ type: 'config' as const })).toSpliced(0, 1, { type: 'intent' as never }),
    );
    if (count === 200) await session.record([{ type: 'outcome', refs: { intent: intent?.id as string } }]);
    else unanswered = intent?.id as string;
    notes.push((await memory.reader(tenant).checkpoint())?.note ?? '');
  }
});

const signer = () => memory.signer(tenant);
const newest = () => notes[1] as string;

/** The log, with some tiles replaced. */
function source(tiles: Record<string, Uint8Array | null> = {}, note: string | null = newest()): LogSource {
  const reader = memory.reader(tenant);
  return {
    checkpointNote: () => Promise.resolve(note),
    tile: (level: TileLevel, index: number, width: number) => {
      const replaced = tiles[`${level}/${index}`];
      return replaced === undefined ? reader.tile(level, index, width) : Promise.resolve(replaced);
    },
  };
}

const tileOf = async (level: TileLevel, index: number, width: number) =>
  Buffer.from((await memory.reader(tenant).tile(level, index, width)) as Uint8Array);
async function flipped(level: TileLevel, index: number, width: number, at: number): Promise<Uint8Array> {
  const bytes = await tileOf(level, index, width);
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
  return bytes;
}

describe('fsck', () => {
  it('derives the whole log anew, and lists intents that wait for an outcome', async () => {
    const report = await fsck(source(), { keys: [signer().key], since: notes });
    expect(report).toEqual({
      ok: true,
      size: 601,
      root: newest().split('\n')[2],
      entries: 601,
      dangling_intents: [unanswered],
      faults: [],
    });
  });

  it('finds a changed entry, hash or upper hash, and says in which tile', async () => {
    const wheres = async (key: string, bytes: Uint8Array | null) => {
      const { ok, faults } = await fsck(source({ [key]: bytes }));
      expect(ok).toBe(false);
      return faults.map(({ code, where }) => `${code} ${where}`);
    };
    expect(await wheres('entries/1', await flipped('entries', 1, 256, 40))).toEqual([
      'tile_mismatch tile/0/001',
      'tile_mismatch tile/1/000.p/2',
      'root_mismatch checkpoint',
    ]);
    expect(await wheres('0/1', await flipped(0, 1, 256, 40))).toEqual(['tile_mismatch tile/0/001']);
    expect(await wheres('0/2', await flipped(0, 2, 89, 40))).toEqual(['tile_mismatch tile/0/002.p/89']);
    expect(await wheres('1/0', await flipped(1, 0, 2, 40))).toEqual(['tile_mismatch tile/1/000.p/2']);
  });

  it('finds what is missing or broken, and goes on to the rest', async () => {
    const codes = async (tiles: Record<string, Uint8Array | null>) =>
      (await fsck(source(tiles))).faults.map(({ code, where }) => `${code} ${where}`);
    expect(await codes({ 'entries/0': null })).toEqual(['bundle_missing tile/entries/000']);
    expect(await codes({ '0/0': null })).toEqual(['tile_missing tile/0/000']);
    expect(await codes({ '0/0': new Uint8Array(32) })).toEqual(['tile_mismatch tile/0/000']);
    const cut = (await tileOf('entries', 0, 256)).subarray(0, -1);
    expect(await codes({ 'entries/0': cut })).toEqual(['bundle_invalid tile/entries/000']);
    expect(await codes({ 'entries/0': new Uint8Array() })).toEqual(['bundle_invalid tile/entries/000']);
    const gone = await codes({ 'entries/0': null, '0/0': null });
    expect(gone).toEqual([
      'bundle_missing tile/entries/000',
      'tile_missing tile/0/000',
      'tile_mismatch tile/1/000.p/2',
      'root_mismatch checkpoint',
    ]);
  });

  it('passes over a cut tail with an older checkpoint, unless a newer one is known', async () => {
    expect(await fsck(source({}, notes[0]))).toMatchObject({ ok: true, size: 201 });
    const report = await fsck(source({}, notes[0]), { since: [newest()] });
    expect(report).toMatchObject({ ok: false, faults: [{ code: 'log_truncated', where: 'since/0' }] });
  });

  it('holds the log against every checkpoint known before', async () => {
    const { origin } = signer();
    const other = (size: number) => signer().sign({ origin, size, root: new Uint8Array(32) });
    const foreign = createLogSigner('other', new Uint8Array(32)).sign({
      origin: 'other',
      size: 1,
      root: new Uint8Array(32),
    });
    const since = [other(601), other(300), foreign, 'nonsense', other(0)];
    const { faults } = await fsck(source(), { since });
    expect(faults.map(({ code, where }) => `${code} ${where}`)).toEqual([
      'split_view since/0',
      'history_changed since/1',
      'since_invalid since/2',
      'since_invalid since/3',
    ]);
  });

  it('believes no signature but those of the keys it is given', async () => {
    const thief = createLogSigner(signer().origin, new Uint8Array(32));
    expect(await fsck(source(), { keys: [thief.key] })).toMatchObject({
      ok: false,
      faults: [{ code: 'signature_invalid' }],
    });
  });

  it('says what is wrong with a log that has no checkpoint or none that can be read', async () => {
    expect((await fsck(source({}, null))).faults).toMatchObject([{ code: 'checkpoint_missing' }]);
    expect((await fsck(source({}, 'nonsense'))).faults).toMatchObject([{ code: 'checkpoint_invalid' }]);
  });

  it('reads logs of other entries than ours', async () => {
    const log = createLogSigner('plain.example', new Uint8Array(32).fill(1));
    const { leafHash, encodeEntryBundle, CompactTree } = await import('../index.ts');
    const entries = ['one', '{"v":2}'].map((text) => Buffer.from(text));
    const root = CompactTree.empty.append(entries.map(leafHash)).root();
    const plain: LogSource = {
      checkpointNote: () => Promise.resolve(log.sign({ origin: log.origin, size: 2, root })),
      tile: (level) =>
        Promise.resolve(level === 'entries' ? encodeEntryBundle(entries) : Buffer.concat(entries.map(leafHash))),
    };
    expect(await fsck(plain, { keys: [log.key] })).toMatchObject({
      ok: true,
      size: 2,
      entries: 2,
      dangling_intents: [],
    });
  });
});
