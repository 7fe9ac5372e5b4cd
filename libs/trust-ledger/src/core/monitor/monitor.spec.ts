import { describe, expect, it } from '@jest/globals';
import { ManualClock, SeededIds } from '@dmitry/kit/memory';
import { createMemoryCheckpointKeeper, createMemoryLedger } from '../../memory/index.ts';
import {
  createLogSigner,
  createMonitor,
  createStaticLog,
  type LogSource,
  parseTilePath,
  type SignedCheckpoint,
  splitViewOfSameSize,
  TileTree,
  verifySplitView,
} from '../index.ts';

const clock = new ManualClock();
const signerSeed = new Uint8Array(32).fill(3);
const pseudonymKey = new Uint8Array(32).fill(4);

/** A log of one key that grows with other entries than its namesake. */
function logOf(name: string) {
  const memory = createMemoryLedger({
    clock,
    ids: new SeededIds(clock, name),
    deployment: 'log.example',
    signerSeed,
    pseudonymKey,
  });
  const reader = memory.reader('acme');
  return {
    key: memory.signer('acme').key,
    signer: memory.signer('acme'),
    reader,
    async grow(count: number): Promise<SignedCheckpoint> {
      const session = await memory.ledger.openSession('acme', { kind: 'system', name });
      await session.record(Array.from({ length: count }, (_, n) => ({ type: 'config' as const, facts: { n, name } })));
      return (await reader.checkpoint()) as SignedCheckpoint;
    },
  };
}
type Log = ReturnType<typeof logOf>;
const sourceOf = ({ reader }: Log, at?: SignedCheckpoint): LogSource => ({
  tile: reader.tile.bind(reader),
  checkpointNote: async () => (at ?? (await reader.checkpoint()))?.note ?? null,
});
const monitorOf = ({ key }: Log, keeper = createMemoryCheckpointKeeper()) => ({
  keeper,
  monitor: createMonitor({ keys: [key], keeper }),
});

describe('a monitor', () => {
  it('follows a log as it grows, and remembers across starts', async () => {
    const log = logOf('grows');
    const { monitor, keeper } = monitorOf(log);
    expect(await monitor.observe(sourceOf(log))).toMatchObject({ kind: 'unsigned', why: 'there is no checkpoint' });
    await log.grow(3);
    expect(await monitor.observe(sourceOf(log))).toEqual({ kind: 'first', size: 3 });
    expect(await monitor.observe(sourceOf(log))).toEqual({ kind: 'same', size: 3 });
    await log.grow(600);
    expect(await monitor.observe(sourceOf(log))).toEqual({ kind: 'grown', size: 603 });
    expect(await monitorOf(log, keeper).monitor.observe(sourceOf(log))).toEqual({ kind: 'same', size: 603 });
  });

  it('reports a log that became smaller, with both signed heads, and does not forget the larger', async () => {
    const log = logOf('shrinks');
    const small = await log.grow(3);
    const large = await log.grow(5);
    const { monitor, keeper } = monitorOf(log);
    await monitor.observe(sourceOf(log));
    expect(await monitor.observe(sourceOf(log, small))).toEqual({
      kind: 'shrunk',
      size: 3,
      seen: 8,
      checkpoints: [large.note, small.note],
    });
    expect((await keeper.last(large.origin))?.size).toBe(8);
  });

  it.each([
    ['of the same size', 0],
    ['that goes on from another beginning', 300],
  ])('proves two histories: a head %s', async (_, more) => {
    const [one, other] = [logOf('one'), logOf('other')];
    await one.grow(70);
    await other.grow(70);
    if (more > 0) await other.grow(more);
    const { monitor } = monitorOf(one);
    await monitor.observe(sourceOf(one));
    const seen = await monitor.observe(sourceOf(other));
    const proof = JSON.parse(JSON.stringify(seen.kind === 'split_view' ? seen.proof : null)) as object;
    expect(verifySplitView(proof, [one.key])).toEqual({ proven: true, origin: one.key.name, sizes: [70, 70 + more] });
    const stranger = createLogSigner(one.key.name, new Uint8Array(32).fill(9)).key;
    expect(verifySplitView(proof, [stranger])).toMatchObject({ proven: false });
    const unrelated = { ...proof, root: undefined, path: [] };
    expect(verifySplitView(unrelated, [one.key]).proven).toBe(more === 0);
  });

  it('accuses nobody: an honest log gives no proof, and nobody can make one of its heads', async () => {
    const log = logOf('honest');
    const [small, large] = [await log.grow(3), await log.grow(4)];
    const path = await new TileTree(log.reader, 7).consistencyProof(3);
    const base = { v: 1, kind: 'split_view', path: path.map((hash) => Buffer.from(hash).toString('base64')) };
    for (const proof of [
      { ...base, checkpoints: [small.note, large.note], root: small.root },
      { ...base, checkpoints: [small.note, large.note], root: large.root },
      { ...base, checkpoints: [large.note, small.note], root: large.root },
      { ...base, checkpoints: [large.note, large.note] },
      { ...base, checkpoints: [large.note, 'no note'] },
      { ...base, checkpoints: [small.note, large.note], root: '!', path: ['!'] },
      { ...base, checkpoints: [large.note] },
      null,
      [],
    ])
      expect(verifySplitView(proof, [log.key])).toMatchObject({ proven: false });
    expect(splitViewOfSameSize(small.note, large.note)).toBeNull();
    const elsewhere = createLogSigner('elsewhere', signerSeed);
    const foreign = elsewhere.sign({ origin: 'elsewhere', size: 7, root: new Uint8Array(32) });
    expect(splitViewOfSameSize(foreign, large.note)).toBeNull();
    expect(verifySplitView({ ...base, checkpoints: [foreign, large.note] }, [log.key, elsewhere.key])).toMatchObject({
      proven: false,
      why: 'two logs, each with a head of its own',
    });
  });

  it('says unproven when tiles are missing, or are not those of the head', async () => {
    const log = logOf('tiles');
    await log.grow(3);
    const { monitor } = monitorOf(log);
    await monitor.observe(sourceOf(log));
    await log.grow(3);
    const source = sourceOf(log);
    expect(await monitor.observe({ ...source, tile: async () => null })).toMatchObject({
      kind: 'unproven',
      size: 6,
      seen: 3,
    });
    const garbage = async (_: unknown, __: number, width: number) => new Uint8Array(32 * width);
    expect(await monitor.observe({ ...source, tile: garbage })).toMatchObject({
      kind: 'unproven',
      why: 'the tiles are not those of the checkpoint',
    });
    const broken = () => Promise.reject(new Error('network'));
    await expect(monitor.observe({ ...source, tile: broken })).rejects.toThrow('network');
    expect(await monitor.observe(source)).toEqual({ kind: 'grown', size: 6 });
  });

  it('believes no head that the log’s key has not signed, and no text that is none', async () => {
    const log = logOf('signed');
    const head = await log.grow(3);
    const stranger = createLogSigner(head.origin, new Uint8Array(32).fill(8));
    const note = stranger.sign({ origin: head.origin, size: 9, root: new Uint8Array(32) });
    const { monitor, keeper } = monitorOf(log);
    for (const text of [note, 'garbage'])
      expect(await monitor.observe({ ...sourceOf(log), checkpointNote: async () => text })).toMatchObject({
        kind: 'unsigned',
      });
    expect(await keeper.last(head.origin)).toBeNull();
  });

  it('leaves entries that cannot be read to fsck, and a network that fails to the caller', async () => {
    const log = logOf('entries');
    await log.grow(3);
    const without = (tile: LogSource['tile']): LogSource => ({ ...sourceOf(log), tile });
    expect(await monitorOf(log).monitor.observe(without(async () => null))).toEqual({ kind: 'first', size: 3 });
    const broken = without(() => Promise.reject(new Error('network')));
    await expect(monitorOf(log).monitor.observe(broken)).rejects.toThrow('network');
  });

  it('follows a log that is served as static files', async () => {
    const log = logOf('static');
    await log.grow(300);
    const asked: string[] = [];
    const source = createStaticLog(async (path) => {
      asked.push(path);
      const note = (await log.reader.checkpoint())?.note ?? '';
      if (path === 'checkpoint') return Buffer.from(note);
      const { level, index, width } = parseTilePath(path);
      return log.reader.tile(level, index, width);
    });
    expect(await monitorOf(log).monitor.observe(source)).toEqual({ kind: 'first', size: 300 });
    expect(asked).toEqual(['checkpoint', 'tile/entries/000', 'tile/entries/001.p/44']);
    expect(await createStaticLog(async () => null).checkpointNote()).toBeNull();
  });

  it('goes on from an empty log', async () => {
    const log = logOf('empty');
    const empty = log.signer.sign({
      origin: log.signer.origin,
      size: 0,
      root: Buffer.from('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', 'hex'),
    });
    const { monitor } = monitorOf(log);
    expect(await monitor.observe({ ...sourceOf(log), checkpointNote: async () => empty })).toEqual({
      kind: 'first',
      size: 0,
    });
    await log.grow(2);
    expect(await monitor.observe(sourceOf(log))).toEqual({ kind: 'grown', size: 2 });
  });
});
