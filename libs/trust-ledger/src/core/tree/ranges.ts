/** Leaves `from` (included) to `to` (excluded). */
export interface LeafRange {
  readonly from: number;
  readonly to: number;
}

/** A perfect subtree: the `index`-th one of `2 ** height` leaves. */
export interface PerfectNode {
  readonly height: number;
  readonly index: number;
}

/** RFC 6962 2.1: the largest power of two smaller than `count` (> 1). By multiplication: bit operations stop at 32 bits. */
function split(count: number): number {
  let k = 1;
  while (k * 2 < count) k *= 2;
  return k;
}

/** RFC 6962 2.1.1 PATH(m, D[n]): the ranges whose hashes prove the inclusion of a leaf, from its sibling up. */
export function inclusionRanges(index: number, size: number): LeafRange[] {
  const path: LeafRange[] = [];
  let from = 0;
  let to = size;
  while (to - from > 1) {
    const middle = from + split(to - from);
    if (index < middle) {
      path.push({ from: middle, to });
      to = middle;
    } else {
      path.push({ from, to: middle });
      from = middle;
    }
  }
  return path.toReversed();
}

/** RFC 6962 2.1.2 PROOF(m, D[n]): the ranges whose hashes prove that the tree of `first` leaves is a prefix. Needs 0 < first <= size. */
export function consistencyRanges(first: number, size: number): LeafRange[] {
  const path: LeafRange[] = [];
  let from = 0;
  let to = size;
  let known = true; // whether the verifier has the hash of [from, to): b of SUBPROOF(m, D, b)
  while (first !== to) {
    const middle = from + split(to - from);
    if (first <= middle) {
      path.push({ from: middle, to });
      to = middle;
    } else {
      path.push({ from, to: middle });
      from = middle;
      known = false;
    }
  }
  return known ? path.toReversed() : [{ from, to }, ...path.toReversed()];
}

/** The perfect subtrees that make up a range of a proof, left to right. */
export function perfectNodes({ from, to }: LeafRange): PerfectNode[] {
  const nodes: PerfectNode[] = [];
  for (let start = from; start < to;) {
    let height = 0;
    let width = 1;
    while (start + width * 2 <= to && start % (width * 2) === 0) {
      width *= 2;
      height += 1;
    }
    nodes.push({ height, index: start / width });
    start += width;
  }
  return nodes;
}
