import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { seed } from '@dmitry/kit/testing';
import { encodeEntryBundle, grownTiles, perfectRoot, TILE_WIDTH, type TileLevel, TileTree } from '../index.ts';
import { CompactTree } from './compact-tree.ts';
import { EMPTY_ROOT, leafHash, nodeHash } from './merkle-hash.ts';
import { verifyConsistency, verifyInclusion } from './verify-proof.ts';

const run = { seed: seed(), numRuns: 60 };
const leaves = (count: number): Uint8Array[] =>
  Array.from({ length: count }, (_, n) => leafHash(Buffer.from(`leaf ${n}`)));
const ALL = leaves(700);

/** RFC 6962 2.1 as it is written there, slow and short: what everything else is held against. */
function referenceRoot(hashes: readonly Uint8Array[]): Uint8Array {
  if (hashes.length === 0) return EMPTY_ROOT;
  if (hashes.length === 1) return hashes[0] as Uint8Array;
  let k = 1;
  while (k * 2 < hashes.length) k *= 2;
  return nodeHash(referenceRoot(hashes.slice(0, k)), referenceRoot(hashes.slice(k)));
}

/** Tiles made from nothing but the leaves. */
const sourceOf = (hashes: readonly Uint8Array[]) => ({
  tile: (level: TileLevel, index: number, width: number) => {
    let row = hashes;
    for (let up = 0; up < Number(level); up++)
      row = Array.from({ length: Math.floor(row.length / TILE_WIDTH) }, (_, n) =>
        perfectRoot(row.slice(n * TILE_WIDTH, (n + 1) * TILE_WIDTH)),
      );
    const part = row.slice(index * TILE_WIDTH, index * TILE_WIDTH + width);
    return Promise.resolve(part.length < width ? null : Buffer.concat(part));
  },
});

const sizes = fc.integer({ min: 1, max: ALL.length });

describe('Merkle tree', () => {
  it('has the root of RFC 6962 however its leaves were appended', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(40), { maxLength: 20 }), (batches) => {
        let tree = CompactTree.empty;
        for (const batch of batches) {
          tree = tree.append(ALL.slice(tree.size, tree.size + batch));
          tree = CompactTree.from(tree.size, tree.edgeBytes());
        }
        expect(Buffer.from(tree.root())).toEqual(Buffer.from(referenceRoot(ALL.slice(0, tree.size))));
      }),
      run,
    );
  });

  it('proves every leaf from tiles, and no leaf in any other place', async () => {
    await fc.assert(
      fc.asyncProperty(sizes, fc.nat(), fc.nat(), async (size, at, other) => {
        const index = at % size;
        const tree = new TileTree(sourceOf(ALL), size);
        const root = await tree.root();
        expect(Buffer.from(root)).toEqual(Buffer.from(referenceRoot(ALL.slice(0, size))));
        const path = await tree.inclusionProof(index);
        const claim = { index, size, leafHash: ALL[index] as Uint8Array, root, path };
        expect(verifyInclusion(claim)).toBe(true);
        if (other % size !== index) {
          expect(verifyInclusion({ ...claim, leafHash: ALL[other % size] as Uint8Array })).toBe(false);
          expect(verifyInclusion({ ...claim, index: other % size })).toBe(false);
        }
      }),
      run,
    );
  });

  it('proves every smaller tree to be its beginning, and no other tree', async () => {
    await fc.assert(
      fc.asyncProperty(sizes, fc.nat(), fc.nat(255), async (secondSize, at, bit) => {
        const firstSize = 1 + (at % secondSize);
        const firstRoot = referenceRoot(ALL.slice(0, firstSize));
        const tree = new TileTree(sourceOf(ALL), secondSize);
        const path = await tree.consistencyProof(firstSize);
        const claim = { firstSize, firstRoot, secondSize, secondRoot: await tree.root(), path };
        expect(verifyConsistency(claim)).toBe(true);
        const flipped = firstRoot.slice();
        flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7));
        expect(verifyConsistency({ ...claim, firstRoot: flipped })).toBe(false);
        expect(verifyConsistency({ ...claim, firstSize: firstSize - 1 })).toBe(false);
      }),
      run,
    );
  });

  it('answers no to any claim of nonsense, and does not throw', () => {
    const number = fc.oneof(fc.integer(), fc.double(), fc.maxSafeInteger());
    const hash = fc.uint8Array({ maxLength: 33 });
    fc.assert(
      fc.property(number, number, hash, hash, fc.array(hash, { maxLength: 70 }), (a, b, one, two, path) => {
        const root = leafHash(one);
        expect(verifyInclusion({ index: a, size: b, leafHash: two, root, path })).toBe(false);
        expect(verifyConsistency({ firstSize: a, firstRoot: root, secondSize: b, secondRoot: two, path })).toBe(false);
      }),
      { ...run, numRuns: 300 },
    );
  });

  it('holds to numbers beyond 32 bits', () => {
    // The first leaf of a tree of 2^40 + 1: 41 siblings, the last of them the lone right one.
    const size = 2 ** 40 + 1;
    const path = Array.from({ length: 41 }, (_, n) => leafHash(Uint8Array.of(n)));
    const root = path.reduce((node, sibling) => nodeHash(node, sibling), ALL[0] as Uint8Array);
    expect(verifyInclusion({ index: 0, size, leafHash: ALL[0] as Uint8Array, root, path })).toBe(true);
    expect(verifyInclusion({ index: 0, size: 2 ** 40, leafHash: ALL[0] as Uint8Array, root, path })).toBe(false);
    expect(verifyInclusion({ index: 2 ** 32, size, leafHash: ALL[0] as Uint8Array, root, path })).toBe(false);
  });

  it('refuses an edge that does not fit its size', () => {
    for (const [size, bytes] of [
      [3, 32],
      [-1, 0],
      [0.5, 0],
      [Number.NaN, 0],
    ] as const)
      expect(() => CompactTree.from(size, new Uint8Array(bytes))).toThrow(
        expect.objectContaining({ code: 'ledger.tree_invalid' }),
      );
  });

  it('refuses proofs of places that are not in it', () => {
    const tree = new TileTree(sourceOf(ALL), 5);
    const invalid = expect.objectContaining({ code: 'ledger.proof_invalid' });
    for (const place of [5, -1, 0.5, Number.NaN]) expect(() => tree.inclusionProof(place)).toThrow(invalid);
    for (const first of [6, -1, 0.5]) expect(() => tree.consistencyProof(first)).toThrow(invalid);
  });

  it('needs no proof from a tree of no leaves, and has the root of RFC 6962 without any', async () => {
    expect(await new TileTree(sourceOf(ALL), 5).consistencyProof(0)).toEqual([]);
    expect(await new TileTree(sourceOf([]), 0).root()).toEqual(EMPTY_ROOT);
  });

  it('names the tile that is missing or too short', async () => {
    const missing = new TileTree({ tile: () => Promise.resolve(null) }, 5);
    await expect(missing.root()).rejects.toMatchObject({
      code: 'ledger.tile_missing',
      message: expect.stringContaining('0/0'),
    });
    const short = new TileTree({ tile: () => Promise.resolve(new Uint8Array(32)) }, 5);
    await expect(short.root()).rejects.toMatchObject({ code: 'ledger.tile_invalid' });
    const bundle = new TileTree({ tile: () => Promise.resolve(encodeEntryBundle([Uint8Array.of(1)])) }, 5);
    await expect(bundle.entry(3)).rejects.toMatchObject({ code: 'ledger.tile_invalid' });
  });

  it('takes a full tile where the partial one is gone', async () => {
    const full = sourceOf(ALL);
    const onlyFull = {
      tile: (level: TileLevel, index: number, width: number) =>
        width < TILE_WIDTH ? Promise.resolve(null) : full.tile(level, index, width),
    };
    expect(Buffer.from(await new TileTree(onlyFull, 200).root())).toEqual(
      Buffer.from(referenceRoot(ALL.slice(0, 200))),
    );
  });
});

describe('tiles of a growing tree', () => {
  it('are those that a larger tree has and a smaller one lacks', () => {
    expect(grownTiles(0, 0)).toEqual([]);
    expect(grownTiles(255, 257)).toEqual([
      { level: 0, index: 0, width: 256 },
      { level: 0, index: 1, width: 1 },
      { level: 1, index: 0, width: 1 },
    ]);
    // C2SP tlog-tiles, Partial Tiles: a tree of 70,000
    const tiles = grownTiles(0, 70_000);
    expect(tiles.filter(({ level, width }) => level === 0 && width === 256)).toHaveLength(273);
    expect(tiles.filter(({ width }) => width < 256)).toEqual([
      { level: 0, index: 273, width: 112 },
      { level: 1, index: 1, width: 17 },
      { level: 2, index: 0, width: 1 },
    ]);
  });
});
