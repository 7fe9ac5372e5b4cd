import { describe, expect, it } from '@jest/globals';
import {
  CompactTree,
  createLogSigner,
  encodeEntryBundle,
  fsck,
  leafHash,
  type LogSource,
  perfectRoot,
  TILE_WIDTH,
} from '../index.ts';

const signer = createLogSigner('state.example', new Uint8Array(32).fill(1));
const leavesOf = (count: number, changedAt = -1) =>
  Array.from({ length: count }, (_, n) => Buffer.from(n === changedAt ? `other ${n}` : `entry ${n}`));

function logOf(leaves: readonly Buffer[], by = signer): LogSource {
  const hashes = leaves.map(leafHash);
  const above = Array.from({ length: Math.floor(hashes.length / TILE_WIDTH) }, (_, n) =>
    perfectRoot(hashes.slice(n * TILE_WIDTH, (n + 1) * TILE_WIDTH)),
  );
  const levels = [hashes, above];
  const { size } = CompactTree.empty.append(hashes);
  return {
    checkpointNote: async () =>
      size === 0 ? null : by.sign({ origin: by.origin, size, root: CompactTree.empty.append(hashes).root() }),
    tile: async (level, index, width) => {
      const [from, to] = [index * TILE_WIDTH, index * TILE_WIDTH + width];
      if (level === 'entries') return to > size ? null : encodeEntryBundle(leaves.slice(from, to));
      const found = levels[level]?.slice(from, to) ?? [];
      return found.length < width ? null : Buffer.concat(found);
    },
  };
}

const widest = (width: number) => [TILE_WIDTH, 600 % TILE_WIDTH, 2].includes(width);
const served = logOf(leavesOf(600));
/** Static files: only the widths of its own size are there. */
const kept: LogSource = {
  ...served,
  tile: async (level, index, width) => (widest(width) ? served.tile(level, index, width) : null),
};
const against = async (state: LogSource) => (await fsck(kept, { keys: [signer.key], state })).faults;

describe('the database of a deployment, measured on a log that was kept elsewhere', () => {
  it('is well when it is the same, or leads on from it', async () => {
    expect(await against(kept)).toEqual([]);
    expect(await against(logOf(leavesOf(900)))).toEqual([]);
  });

  it('is behind when signed entries are gone, and the answer names them', async () => {
    expect(await against(logOf(leavesOf(599)))).toEqual([
      { code: 'state_behind', where: 'state', message: 'it knows 599 entries, and 600 were signed: missing entry 599' },
    ]);
    expect((await against(logOf([])))[0]).toMatchObject({
      code: 'state_behind',
      message: expect.stringContaining('entries 0 to 599'),
    });
  });

  it.each([
    [600, 300],
    [900, 0],
    [700, 599],
  ])('of %d entries that differ from entry %d on is found there', async (size, at) => {
    expect(await against(logOf(leavesOf(size, at)))).toEqual([
      { code: 'state_differs', where: 'state', message: `from entry ${at} on it holds other entries than were signed` },
    ]);
  });

  it('that is behind and differs is both', async () => {
    expect((await against(logOf(leavesOf(500, 2)))).map(({ code }) => code)).toEqual(['state_differs', 'state_behind']);
  });

  it('of another log, with lost tiles or without a checkpoint that can be read is never taken for well', async () => {
    const foreign = logOf(leavesOf(600), createLogSigner('other.example', new Uint8Array(32).fill(2)));
    expect((await against(foreign))[0]).toMatchObject({
      code: 'state_differs',
      message: expect.stringContaining('other.example'),
    });
    const empty: LogSource = { ...logOf(leavesOf(900)), tile: async () => null };
    expect((await against(empty)).map(({ code }) => code)).toEqual(['state_differs']);
    expect((await against({ ...kept, checkpointNote: async () => 'nonsense' })).map(({ code }) => code)).toEqual([
      'state_differs',
    ]);
    const broken: LogSource = { ...logOf(leavesOf(900)), tile: () => Promise.reject(new Error('disk')) };
    await expect(against(broken)).rejects.toThrow('disk');
  });
});
