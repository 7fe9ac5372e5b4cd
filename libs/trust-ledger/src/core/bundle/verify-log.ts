import type { Bundle } from '@dmitry/contracts';
import { decodeBase64 } from '../note/base64.ts';
import type { Checkpoint } from '../note/checkpoint.ts';
import { evaluatePolicy } from '../note/evaluate-policy.ts';
import type { TlogPolicy } from '../note/tlog-policy.ts';
import { EMPTY_ROOT, leafHash, sameHash } from '../tree/merkle-hash.ts';
import { verifyConsistency, verifyInclusion } from '../tree/verify-proof.ts';
import { type ReadBundle, readCheckpoint } from './read-bundle.ts';
import { fault, type VerifyFault } from './verify-faults.ts';

/** Hashes of a proof; what is not base64 has no bytes and never verifies. */
const hashesOf = (proof: readonly string[]): Uint8Array[] =>
  proof.map((hash) => decodeBase64(hash) ?? new Uint8Array());

/** Every entry is a leaf of the checkpoint's tree, and of its tenant. */
export function verifyEntries({ bundle, leaves }: ReadBundle, checkpoint: Checkpoint): VerifyFault[] {
  const tenant = checkpoint.origin.slice(checkpoint.origin.lastIndexOf('/') + 1);
  return bundle.entries.flatMap(({ index, proof, entry }, at) => {
    const where = `/entries/${at}`;
    const { size, root } = checkpoint;
    const leaf = leafHash(leaves[at] as Uint8Array);
    if (!verifyInclusion({ index, size, leafHash: leaf, root, path: hashesOf(proof) }))
      return [
        fault(
          'inclusion_failed',
          where,
          `the proof does not lead from entry ${entry.id} at ${index} to the checkpoint's root`,
        ),
      ];
    return entry.tenant === tenant
      ? []
      : [fault('foreign_entry', `${where}/entry/tenant`, `the log is ${checkpoint.origin}`)];
  });
}

/**
 * Whether something is there to be verified, and all of it where all is demanded. Leaving whole sessions out shows nowhere else: each
 * entry that is left still has its proof.
 */
export function verifyCoverage(bundle: Bundle, { size }: Checkpoint, demanded: Coverage): VerifyFault[] {
  const { entries, complete, minimum_index: claimed = 0 } = bundle;
  if (entries.length === 0) return [fault('nothing_proven', '/entries', 'the bundle holds no entry')];
  if (!demanded.complete && !complete) return [];
  // A log that says it was pruned is believed as far as the verifier knows it from elsewhere, where the verifier demands the whole.
  const from = demanded.complete ? demanded.minimumIndex : claimed;
  const places = new Set(entries.map(({ index }) => index).filter((index) => index >= from)).size;
  if (places === size - from && (from === 0 || from < size)) return [];
  const what = from === 0 ? `${size} entries` : `${size - from} entries from ${from} on`;
  return [fault('incomplete', '/entries', `the bundle holds ${places} of the ${what} under its checkpoint`)];
}

/** What the verifier demands to see. */
export interface Coverage {
  readonly complete: boolean;
  readonly minimumIndex: number;
}

/** Whether the tree of `from` is a prefix of the checkpoint's. The empty tree is a prefix of every tree, without a proof. */
function leadsOn(from: Checkpoint, to: Checkpoint, proof: readonly string[]): boolean {
  if (from.origin !== to.origin) return false;
  if (from.size === 0 && to.size > 0) return proof.length === 0 && sameHash(from.root, EMPTY_ROOT);
  const path = hashesOf(proof);
  return verifyConsistency({
    firstSize: from.size,
    firstRoot: from.root,
    secondSize: to.size,
    secondRoot: to.root,
    path,
  });
}

const splits = (a: Checkpoint, b: Checkpoint): boolean =>
  a.origin === b.origin && a.size === b.size && !sameHash(a.root, b.root);

interface Proven {
  readonly checkpoints: readonly Checkpoint[];
  readonly faults: readonly VerifyFault[];
}

/** The consistency proofs that the bundle itself carries. */
export function verifyCarried(
  carried: Bundle['consistency'],
  checkpoint: Checkpoint,
  policy: TlogPolicy | null,
): Proven {
  const checkpoints: Checkpoint[] = [];
  const faults: VerifyFault[] = [];
  for (const [at, { from, proof }] of carried.entries()) {
    const where = `/consistency/${at}`;
    const earlier = readCheckpoint(from);
    if ('why' in earlier) faults.push(fault('consistency_failed', `${where}/from`, earlier.why));
    else if (splits(earlier, checkpoint)) faults.push(splitView(where, earlier));
    else if (!leadsOn(earlier, checkpoint, proof))
      faults.push(
        fault(
          'consistency_failed',
          where,
          `the log of ${earlier.size} entries is not proven to be the beginning of this one`,
        ),
      );
    else {
      checkpoints.push(earlier);
      if (policy) faults.push(...signerFaults(policy, earlier, `${where}/from`));
    }
  }
  return { checkpoints, faults };
}

const splitView = (where: string, { size }: Checkpoint): VerifyFault =>
  fault(
    'split_view',
    where,
    `two different logs of ${size} entries under one origin: keep both checkpoints, they prove it`,
  );

/** Checkpoints that the verifier kept: each must be proven to lead on to the bundle's. */
export function verifySince(
  since: readonly string[],
  checkpoint: Checkpoint,
  proven: readonly Checkpoint[],
  policy: TlogPolicy | null,
): VerifyFault[] {
  return since.flatMap((note, at) => {
    const where = `since/${at}`;
    const known = readCheckpoint(note);
    if ('why' in known) return [fault('since_invalid', where, known.why)];
    if (known.origin !== checkpoint.origin)
      return [fault('since_invalid', where, `a checkpoint of ${known.origin}, the bundle is of ${checkpoint.origin}`)];
    if (policy && !evaluatePolicy(policy, known).signed)
      return [
        fault('since_invalid', where, 'not signed by a log of the trust file: use the checkpoint as the log gave it'),
      ];
    const other = [checkpoint, ...proven].find((one) => splits(one, known));
    if (other) return [splitView(where, known)];
    const same = [checkpoint, ...proven].some((one) => one.size === known.size);
    if (same || (known.size === 0 && sameHash(known.root, EMPTY_ROOT))) return [];
    return [fault('since_unproven', where, unproven(known, checkpoint))];
  });
}

const unproven = (known: Checkpoint, { size }: Checkpoint): string =>
  known.size > size
    ? `the log had ${known.size} entries, this bundle knows ${size}: an older state, or a cut tail`
    : `no proof that the log of ${known.size} entries is the beginning of this one: export with --since`;

/** Whose signatures stand under a checkpoint, for the log's own. */
export function signerFaults(policy: TlogPolicy, checkpoint: Checkpoint, where: string): VerifyFault[] {
  const { signed, forged } = evaluatePolicy(policy, checkpoint);
  const faults = forged.map((name) =>
    fault('signature_forged', where, `the signature in the name of ${name} is not by its key`),
  );
  if (!signed)
    faults.push(fault('log_not_trusted', where, `no log of the trust file has signed for ${checkpoint.origin}`));
  return faults;
}
