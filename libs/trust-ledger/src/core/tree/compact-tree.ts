import { ledgerFault } from '../ledger.errors.ts';
import { EMPTY_ROOT, HASH_BYTES, nodeHash } from './merkle-hash.ts';

/**
 * The right edge of a tree: the roots of its perfect subtrees, largest first. All that appending and the root need, in at most
 * 53 hashes. Immutable: `append` gives a new one.
 */
export class CompactTree {
  private constructor(
    readonly size: number,
    private readonly edge: readonly Uint8Array[],
  ) {}

  static readonly empty = new CompactTree(0, []);

  /** @throws DmitryError `ledger.tree_invalid` when the number of hashes does not fit the size */
  static from(size: number, edge: Uint8Array): CompactTree {
    const count = bitCount(size);
    if (edge.length !== count * HASH_BYTES)
      throw ledgerFault(
        'ledger.tree_invalid',
        `a tree of ${size} has an edge of ${count} hashes, got ${edge.length} bytes`,
      );
    const hashes = Array.from({ length: count }, (_, i) => edge.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES));
    return new CompactTree(size, hashes);
  }

  /** The tree with these leaf hashes behind its own. */
  append(leaves: readonly Uint8Array[]): CompactTree {
    const edge = [...this.edge];
    let size = this.size;
    for (const leaf of leaves) {
      let node = leaf;
      for (let rest = size; rest % 2 === 1; rest = Math.floor(rest / 2))
        node = nodeHash(edge.pop() as Uint8Array, node);
      edge.push(node);
      size += 1;
    }
    return new CompactTree(size, edge);
  }

  root(): Uint8Array {
    const [last, ...others] = this.edge.toReversed();
    return last ? others.reduce((right, left) => nodeHash(left, right), last) : EMPTY_ROOT;
  }

  /** What `from` reads. */
  edgeBytes(): Uint8Array {
    return Buffer.concat(this.edge);
  }
}

function bitCount(size: number): number {
  if (!Number.isSafeInteger(size) || size < 0)
    throw ledgerFault('ledger.tree_invalid', `${size} is not the size of a tree`);
  let count = 0;
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) count += rest % 2;
  return count;
}
