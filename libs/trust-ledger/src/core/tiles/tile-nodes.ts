import { HASH_BYTES, nodeHash } from '../tree/merkle-hash.ts';

/** The nodes of the tree inside one tile: each row is made once, when it is first asked for. */
export class TileNodes {
  private readonly rows: (readonly Uint8Array[])[];

  constructor(tile: Uint8Array) {
    this.rows = [splitHashes(tile)];
  }

  /** The `index`-th node that is `height` above the tile's own hashes; the tile has to have all that are below it. */
  node(height: number, index: number): Uint8Array {
    while (this.rows.length <= height) this.rows.push(rowAbove(this.rows.at(-1) ?? []));
    return this.rows[height]?.[index] as Uint8Array;
  }
}

export const splitHashes = (bytes: Uint8Array): Uint8Array[] =>
  Array.from({ length: bytes.length / HASH_BYTES }, (_, i) => bytes.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES));

/** The root over a power of two of hashes. */
export function perfectRoot(hashes: readonly Uint8Array[]): Uint8Array {
  let row = hashes;
  while (row.length > 1) row = rowAbove(row);
  return row[0] as Uint8Array;
}

/** A last node without a sibling has no parent in this row. */
const rowAbove = (row: readonly Uint8Array[]): Uint8Array[] =>
  Array.from({ length: Math.floor(row.length / 2) }, (_, i) =>
    nodeHash(row[2 * i] as Uint8Array, row[2 * i + 1] as Uint8Array),
  );
