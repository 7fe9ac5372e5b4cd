import { HASH_BYTES, perfectRoot, splitHashes, TILE_WIDTH, type TileName } from '../core/index.ts';

export interface GrownTile extends TileName {
  readonly bytes: Uint8Array;
  /** How many hashes it had before. */
  readonly known: number;
}

/** The unfinished tile of each level at the right edge of a tree. Immutable. */
export class TileEdge {
  static readonly empty = new TileEdge(0, []);

  private constructor(
    private readonly size: number,
    private readonly unfinished: readonly Uint8Array[],
  ) {}

  /** The edge with these leaf hashes behind the others, and the tiles that they make or widen. */
  grow(leafHashes: readonly Uint8Array[]): { readonly edge: TileEdge; readonly tiles: readonly GrownTile[] } {
    const unfinished = [...this.unfinished];
    const tiles: GrownTile[] = [];
    let fresh = leafHashes;
    for (let level = 0; fresh.length > 0; level++) {
      const before = unfinished[level] ?? new Uint8Array();
      const row = Buffer.concat([before, ...fresh]);
      const first = Math.floor(this.size / TILE_WIDTH ** (level + 1));
      const full: Uint8Array[] = [];
      let rest: Uint8Array = new Uint8Array();
      for (let at = 0; at < row.length; at += TILE_WIDTH * HASH_BYTES) {
        const bytes = row.subarray(at, at + TILE_WIDTH * HASH_BYTES);
        const width = bytes.length / HASH_BYTES;
        const index = first + at / (TILE_WIDTH * HASH_BYTES);
        tiles.push({ level, index, width, bytes, known: at === 0 ? before.length / HASH_BYTES : 0 });
        if (width === TILE_WIDTH) full.push(perfectRoot(splitHashes(bytes)));
        else rest = Uint8Array.from(bytes);
      }
      unfinished[level] = rest;
      fresh = full;
    }
    return { edge: new TileEdge(this.size + leafHashes.length, unfinished), tiles };
  }
}
