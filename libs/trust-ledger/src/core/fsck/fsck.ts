import type { LedgerEntry } from '@dmitry/contracts';
import { isDmitryError } from '@dmitry/kit';
import { ClockWatch } from '../entry/clock-watch.ts';
import { parseEntry } from '../entry/parse-entry.ts';
import { encodeBase64 } from '../note/base64.ts';
import { type Checkpoint, parseCheckpoint } from '../note/checkpoint.ts';
import { checkSignature, type VerifierKey } from '../note/verifier-key.ts';
import type { TileSource } from '../tiles/tile-source.port.ts';
import { TileTree } from '../tiles/tile-tree.ts';
import { CompactTree } from '../tree/compact-tree.ts';
import { EMPTY_ROOT, sameHash } from '../tree/merkle-hash.ts';
import { verifyConsistency } from '../tree/verify-proof.ts';
import { compareState } from './compare-state.ts';
import { DanglingIntents } from './dangling-intents.ts';
import { checkTiles } from './check-tiles.ts';
import type { FsckFault, FsckFaultCode, FsckOptions, FsckReport, LogSource } from './fsck-report.ts';

/**
 * Derives a whole log anew from its entries and compares it with every tile and with the checkpoint. Works on any C2SP tlog-tiles log.
 * A cut tail with an older, validly signed checkpoint is consistent with itself: only `since` sees it.
 */
export async function fsck(source: LogSource, options: FsckOptions = {}): Promise<FsckReport> {
  const note = await source.checkpointNote();
  if (note === null) return failed('checkpoint_missing', 'there is no checkpoint');
  const checkpoint = readOrFault(note);
  if ('code' in checkpoint) return failed('checkpoint_invalid', checkpoint.message);
  const faults = signatureFaults(checkpoint, options.keys ?? []);
  const dangling = new DanglingIntents();
  const clock = new ClockWatch();
  const minimumIndex = await minimumOf(source, options);
  const walked = await checkTiles({ source, size: checkpoint.size, minimumIndex }, (bytes) => {
    const entry = parseEntry(bytes); // entries of other formats have neither intents nor times
    if (!entry) return;
    dangling.see(entry);
    faults.push(...clockFaults(clock.see(entry.time), entry));
  });
  faults.push(...walked.faults, ...rootFaults(walked.leaves, checkpoint));
  faults.push(...(await sinceFaults(source, checkpoint, options.since ?? [])));
  if (options.state) faults.push(...(await compareState(source, checkpoint, options.state)));
  const { size, root } = checkpoint;
  return {
    ok: faults.length === 0,
    size,
    root: encodeBase64(root),
    entries: walked.entries,
    ...(minimumIndex > 0 && { minimum_index: minimumIndex }),
    dangling_intents: dangling.open(),
    faults,
  };
}

const minimumOf = async (source: TileSource, { minimumIndex }: FsckOptions): Promise<number> =>
  minimumIndex ?? (await source.minimumIndex?.()) ?? 0;

const failed = (code: FsckFaultCode, message: string): FsckReport => ({
  ok: false,
  size: 0,
  root: encodeBase64(EMPTY_ROOT),
  entries: 0,
  dangling_intents: [],
  faults: [{ code, where: 'checkpoint', message }],
});

function readOrFault(note: string): Checkpoint | { readonly code: string; readonly message: string } {
  try {
    return parseCheckpoint(note);
  } catch (error) {
    if (isDmitryError(error)) return { code: error.code, message: error.message };
    throw error;
  }
}

function signatureFaults(checkpoint: Checkpoint, keys: readonly VerifierKey[]): FsckFault[] {
  const { text, origin, signatures } = checkpoint;
  const own = keys.filter(({ name }) => name === origin);
  const signed = own.some((key) =>
    signatures.some((signature) => checkSignature(key, text, signature).kind === 'verified'),
  );
  if (keys.length === 0 || signed) return [];
  return [{ code: 'signature_invalid', where: 'checkpoint', message: `no given key has signed for ${origin}` }];
}

const clockFaults = (byMs: number, { id, time }: LedgerEntry): FsckFault[] =>
  byMs === 0
    ? []
    : [
        {
          code: 'clock_rollback',
          where: `entry ${id}`,
          message: `its time ${time} is ${byMs} ms before that of an entry in front of it`,
        },
      ];

function rootFaults(tree: CompactTree, { size, root }: Checkpoint): FsckFault[] {
  if (tree.size === size && sameHash(tree.root(), root)) return [];
  return [
    {
      code: 'root_mismatch',
      where: 'checkpoint',
      message: `the entries give ${encodeBase64(tree.root())}, signed is ${encodeBase64(root)}`,
    },
  ];
}

async function sinceFaults(source: TileSource, checkpoint: Checkpoint, since: readonly string[]): Promise<FsckFault[]> {
  const faults: FsckFault[] = [];
  for (const [at, note] of since.entries()) {
    const known = readOrFault(note);
    const found =
      'code' in known
        ? ({ code: 'since_invalid', message: known.message } as const)
        : await compare(source, checkpoint, known);
    if (found) faults.push({ ...found, where: `since/${at}` });
  }
  return faults;
}

type Found = Pick<FsckFault, 'code' | 'message'>;

/** What is wrong between a checkpoint that was known before and this one. */
async function compare(source: TileSource, checkpoint: Checkpoint, known: Checkpoint): Promise<Found | null> {
  if (known.origin !== checkpoint.origin)
    return { code: 'since_invalid', message: `a checkpoint of ${known.origin}, the log is ${checkpoint.origin}` };
  if (known.size > checkpoint.size)
    return { code: 'log_truncated', message: `the log had ${known.size} entries and has ${checkpoint.size} now` };
  if (known.size === checkpoint.size)
    return sameHash(known.root, checkpoint.root)
      ? null
      : { code: 'split_view', message: `two different logs of ${known.size} entries were signed` };
  if (known.size === 0) return null;
  const path = await new TileTree(source, checkpoint.size).consistencyProof(known.size).catch(() => []);
  const { size: secondSize, root: secondRoot } = checkpoint;
  const leadsOn = verifyConsistency({ firstSize: known.size, firstRoot: known.root, secondSize, secondRoot, path });
  return leadsOn
    ? null
    : { code: 'history_changed', message: `the log of ${known.size} entries is not the beginning of this one` };
}
