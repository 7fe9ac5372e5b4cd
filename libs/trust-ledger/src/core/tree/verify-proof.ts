import { HASH_BYTES, nodeHash, sameHash } from './merkle-hash.ts';

export interface InclusionClaim {
  readonly index: number;
  readonly size: number;
  readonly leafHash: Uint8Array;
  readonly root: Uint8Array;
  readonly path: readonly Uint8Array[];
}

export interface ConsistencyClaim {
  readonly firstSize: number;
  readonly firstRoot: Uint8Array;
  readonly secondSize: number;
  readonly secondRoot: Uint8Array;
  readonly path: readonly Uint8Array[];
}

const isSize = (n: number): boolean => Number.isSafeInteger(n) && n >= 0;
const half = (n: number): number => Math.floor(n / 2);
const areHashes = (hashes: readonly Uint8Array[]): boolean => hashes.every((hash) => hash.length === HASH_BYTES);

/**
 * The steps of RFC 9162 2.1.3.2 and 2.1.4.2 from a node (`fn`) and the last node (`sn`) of its row up to the root: on which side the
 * sibling of each step stands. Null when it takes another number of steps than the path has.
 */
function siblingSides(fn: number, sn: number, steps: number): ('left' | 'right')[] | null {
  const sides: ('left' | 'right')[] = [];
  let [node, last] = [fn, sn];
  while (last > 0 && sides.length < steps) {
    const left = node % 2 === 1 || node === last;
    sides.push(left ? 'left' : 'right');
    // A last node without a right sibling goes up unchanged until it has a left one.
    if (left) while (node % 2 === 0 && node !== 0) [node, last] = [half(node), half(last)];
    [node, last] = [half(node), half(last)];
  }
  return last === 0 && sides.length === steps ? sides : null;
}

/** The root to which a path leads from a leaf's hash (RFC 9162 2.1.3.2), or null for what is no path of that place. */
export function inclusionRoot({ index, size, leafHash, path }: Omit<InclusionClaim, 'root'>): Uint8Array | null {
  if (!isSize(index) || !isSize(size) || index >= size || !areHashes([leafHash, ...path])) return null;
  const sides = siblingSides(index, size - 1, path.length);
  if (!sides) return null;
  return path.reduce(
    (node, sibling, at) => (sides[at] === 'left' ? nodeHash(sibling, node) : nodeHash(node, sibling)),
    leafHash,
  );
}

/** RFC 9162 2.1.3.2. Whatever the claim holds, the answer is yes or no. */
export function verifyInclusion({ root, ...claim }: InclusionClaim): boolean {
  const found = inclusionRoot(claim);
  return found !== null && sameHash(found, root);
}

/**
 * RFC 9162 2.1.4.2: whether the tree of `secondSize` has the tree of `firstSize` as its prefix. A tree of no leaves is a prefix of
 * every tree and proves nothing; a claim from it is refused here, as RFC 9162 demands 0 < first.
 */
export function verifyConsistency(claim: ConsistencyClaim): boolean {
  const { firstSize, secondSize, path } = claim;
  if (!isSize(firstSize) || !isSize(secondSize) || firstSize > secondSize) return false;
  if (!areHashes([claim.firstRoot, claim.secondRoot, ...path])) return false;
  if (firstSize === secondSize) return path.length === 0 && sameHash(claim.firstRoot, claim.secondRoot);
  return firstSize > 0 && path.length > 0 && foldConsistency(claim);
}

function foldConsistency({ firstSize, firstRoot, secondSize, secondRoot, path }: ConsistencyClaim): boolean {
  let [fn, sn] = [firstSize - 1, secondSize - 1];
  while (fn % 2 === 1) [fn, sn] = [half(fn), half(sn)];
  // When the first tree is perfect, its root starts the path and is not repeated in it.
  const [start, ...rest] = fn === 0 ? [firstRoot, ...path] : path;
  const sides = siblingSides(fn, sn, rest.length);
  if (!sides) return false;
  let first = start as Uint8Array;
  let second = first;
  for (const [at, node] of rest.entries()) {
    if (sides[at] === 'left') [first, second] = [nodeHash(node, first), nodeHash(node, second)];
    else second = nodeHash(second, node);
  }
  return sameHash(first, firstRoot) && sameHash(second, secondRoot);
}
