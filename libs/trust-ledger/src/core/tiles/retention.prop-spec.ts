import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { seed } from '@dmitry/kit/testing';
import {
  CompactTree,
  createLogSigner,
  encodeEntryBundle,
  fsck,
  isPruned,
  leafHash,
  type LogSource,
  perfectRoot,
  prunedTiles,
  splitHashes,
  TILE_WIDTH,
  TileTree,
  verifyConsistency,
  verifyInclusion,
  withMinimumIndex,
} from '../index.ts';

const signer = createLogSigner('pruned.example', new Uint8Array(32).fill(1));
const SIZE = 66_500; // two levels of full tiles, and a third begun
const leaves = Array.from({ length: SIZE }, (_, n) => Buffer.from(`entry ${n}`));
const levels = [leaves.map(leafHash)];
while ((levels.at(-1) as Uint8Array[]).length >= TILE_WIDTH) {
  const below = levels.at(-1) as Uint8Array[];
  const above = Array.from({ length: Math.floor(below.length / TILE_WIDTH) }, (_, n) =>
    perfectRoot(below.slice(n * TILE_WIDTH, (n + 1) * TILE_WIDTH)),
  );
  levels.push(above);
}
const root = CompactTree.empty.append(levels[0] as Uint8Array[]).root();
const log: LogSource = {
  checkpointNote: async () => signer.sign({ origin: signer.origin, size: SIZE, root }),
  tile: async (level, index, width) => {
    const [from, to] = [index * TILE_WIDTH, index * TILE_WIDTH + width];
    if (level === 'entries') return to > SIZE ? null : encodeEntryBundle(leaves.slice(from, to));
    const hashes = levels[level]?.slice(from, to) ?? [];
    return hashes.length < width ? null : Buffer.concat(hashes);
  },
};

describe('a log with a raised minimum index', () => {
  const indexes = fc.oneof(fc.nat(SIZE - 1), fc.constantFrom(255, 256, 257, 65_535, 65_536, 65_537));

  it('gives every entry from there on with its proof, and consistency between all trees that are not smaller', async () => {
    await fc.assert(
      fc.asyncProperty(indexes, fc.nat(), async (minimum, more) => {
        const tree = new TileTree(withMinimumIndex(log, minimum), SIZE);
        const index = minimum + (more % (SIZE - minimum));
        const path = await tree.inclusionProof(index);
        const bytes = await tree.entry(index);
        expect(verifyInclusion({ index, size: SIZE, leafHash: leafHash(bytes), root, path })).toBe(true);
        const first = Math.max(1, index);
        const firstRoot = await tree.rootOf(first);
        const proof = await tree.consistencyProof(first);
        expect(
          verifyConsistency({ firstSize: first, firstRoot, secondSize: SIZE, secondRoot: root, path: proof }),
        ).toBe(true);
      }),
      { seed: seed(), numRuns: 60 },
    );
  });

  it('lets go exactly the tiles that are wholly below, each with the raise that frees it', () => {
    fc.assert(
      fc.property(indexes, indexes, (a, b) => {
        const [before, after] = a < b ? [a, b] : [b, a];
        const all = prunedTiles(after);
        expect(all.every((tile) => isPruned(tile, after))).toBe(true);
        expect(all.filter((tile) => !isPruned(tile, before))).toEqual(prunedTiles(after, before));
        expect(all.filter(({ level }) => level === 'entries')).toHaveLength(Math.floor(after / TILE_WIDTH));
      }),
      { seed: seed(), numRuns: 60 },
    );
    expect(isPruned({ level: 0, index: 0, width: 255 }, 1_000)).toBe(false);
  });

  it.each([300, 65_536 + 256])('passes fsck from %d on, and fails it from the beginning', async (minimumIndex) => {
    const pruned = withMinimumIndex(log, minimumIndex);
    const first = Math.floor(minimumIndex / TILE_WIDTH) * TILE_WIDTH;
    expect(await fsck(pruned, { minimumIndex, keys: [signer.key] })).toMatchObject({
      ok: true,
      size: SIZE,
      entries: SIZE - first,
    });
    expect(await fsck(pruned)).toMatchObject({ ok: true, minimum_index: minimumIndex }); // as it says itself
    expect((await fsck(pruned, { minimumIndex: 0 })).ok).toBe(false);
  });

  it('whose tiles above the pruned part were changed or lost fails fsck', async () => {
    const minimumIndex = 65_536 + 300;
    const changed = (level: number, change: (bytes: Uint8Array) => Uint8Array | null): LogSource => ({
      ...log,
      tile: async (at, index, width) => {
        const bytes = await log.tile(at, index, width);
        return at === level && bytes ? change(bytes) : bytes;
      },
    });
    const forged = changed(2, (bytes) => Buffer.concat(splitHashes(bytes).map((hash) => leafHash(hash))));
    expect((await fsck(forged, { minimumIndex })).faults.map(({ code }) => code)).toContain('root_mismatch');
    const lost = await fsck(
      changed(1, () => null),
      { minimumIndex },
    );
    expect(lost.faults.map(({ code }) => code)).toContain('tile_missing');
    const broken: LogSource = { ...log, tile: () => Promise.reject(new Error('disk')) };
    await expect(fsck(broken, { minimumIndex })).rejects.toThrow('disk');
  });
});
