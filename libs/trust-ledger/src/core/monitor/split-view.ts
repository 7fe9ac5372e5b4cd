import { parseWith, strictObject } from '@dmitry/contracts';
import { isDmitryError } from '@dmitry/kit';
import { type Static, Type } from 'typebox';
import { decodeBase64, encodeBase64 } from '../note/base64.ts';
import { type Checkpoint, parseCheckpoint } from '../note/checkpoint.ts';
import { checkSignature, type VerifierKey } from '../note/verifier-key.ts';
import { sameHash } from '../tree/merkle-hash.ts';
import { verifyConsistency } from '../tree/verify-proof.ts';

/**
 * Proof that a log signed two histories. Two checkpoints of one size are proof enough. Of two sizes, the larger one's own tree says what
 * its beginning of the smaller size was (`root`, with a consistency proof): it is not what the smaller one signed.
 * JSON; verified by `verifySplitView` with nothing but the log's key.
 */
export const SplitView = strictObject({
  v: Type.Literal(1),
  kind: Type.Literal('split_view'),
  /** Signed notes; the first is not larger. */
  checkpoints: Type.Tuple([Type.String(), Type.String()]),
  /** Base64: root of the first size, as the second checkpoint's tree has it. */
  root: Type.Optional(Type.String()),
  /** Base64 hashes: from that root to the second checkpoint's. */
  path: Type.Optional(Type.Array(Type.String(), { maxItems: 64 })),
});
export type SplitView = Static<typeof SplitView>;

/** Two signed heads of one log and one size with different roots. Null when they do not contradict each other in that. */
export function splitViewOfSameSize(a: string, b: string): SplitView | null {
  const [first, second] = [parseCheckpoint(a), parseCheckpoint(b)];
  if (first.origin !== second.origin || first.size !== second.size || sameHash(first.root, second.root)) return null;
  return { v: 1, kind: 'split_view', checkpoints: [a, b] };
}

/** What the tree behind `second` says about the beginning of `first`'s size. */
export function splitViewOfPrefix(
  first: string,
  second: string,
  prefix: { readonly root: Uint8Array; readonly path: readonly Uint8Array[] },
): SplitView {
  const [root, path] = [encodeBase64(prefix.root), prefix.path.map(encodeBase64)];
  return { v: 1, kind: 'split_view', checkpoints: [first, second], root, path };
}

export type SplitViewAnswer =
  | { readonly proven: true; readonly origin: string; readonly sizes: readonly [number, number] }
  | { readonly proven: false; readonly why: string };

const unproven = (why: string): SplitViewAnswer => ({ proven: false, why });

/** Whether the proof (a JSON value) convicts a log that one of these keys belongs to. Whatever it holds, the answer is a value. */
export function verifySplitView(proof: unknown, keys: readonly VerifierKey[]): SplitViewAnswer {
  const parsed = parseWith(SplitView, proof);
  if (!parsed.ok) return unproven('not a proof of a split view');
  const heads = readHeads(parsed.value);
  if ('why' in heads) return unproven(heads.why);
  const { first, second } = heads;
  if (first.origin !== second.origin) return unproven('two logs, each with a head of its own');
  if (![first, second].every((head) => isSignedBy(head, keys)))
    return unproven('not both checkpoints are signed by the given keys');
  if (!contradict(parsed.value, heads)) return unproven('the two heads may both be of one history');
  return { proven: true, origin: first.origin, sizes: [first.size, second.size] };
}

interface Heads {
  readonly first: Checkpoint;
  readonly second: Checkpoint;
}

function readHeads({ checkpoints: [first, second] }: SplitView): Heads | { readonly why: string } {
  try {
    return { first: parseCheckpoint(first), second: parseCheckpoint(second) };
  } catch (error) {
    if (isDmitryError(error)) return { why: error.message };
    throw error;
  }
}

const isSignedBy = ({ origin, text, signatures }: Checkpoint, keys: readonly VerifierKey[]): boolean =>
  keys.some(
    (key) => key.name === origin && signatures.some((one) => checkSignature(key, text, one).kind === 'verified'),
  );

function contradict({ root, path }: SplitView, { first, second }: Heads): boolean {
  if (first.size === second.size) return !sameHash(first.root, second.root);
  const prefix = decodeBase64(root ?? '');
  if (!prefix || !path || sameHash(prefix, first.root)) return false;
  return verifyConsistency({
    firstSize: first.size,
    firstRoot: prefix,
    secondSize: second.size,
    secondRoot: second.root,
    path: path.map((hash) => decodeBase64(hash) ?? new Uint8Array()),
  });
}
