import { isDmitryError } from '@dmitry/kit';
import type { CheckpointKeeper } from '../checkpoint-keeper.port.ts';
import type { LogSource } from '../fsck/fsck-report.ts';
import type { SignedCheckpoint } from '../log.port.ts';
import { type Checkpoint, parseCheckpoint, signedCheckpoint } from '../note/checkpoint.ts';
import { checkSignature, type VerifierKey } from '../note/verifier-key.ts';
import { TileTree } from '../tiles/tile-tree.ts';
import { sameHash } from '../tree/merkle-hash.ts';
import { verifyConsistency } from '../tree/verify-proof.ts';
import { EntryTimes } from './entry-times.ts';
import { type SplitView, splitViewOfPrefix, splitViewOfSameSize } from './split-view.ts';

export interface MonitorOptions {
  /** The log's keys: the name is its origin. */
  readonly keys: readonly VerifierKey[];
  /** What the monitor has seen. It is only as good as this memory: keep it away from whoever runs the log. */
  readonly keeper: CheckpointKeeper;
  /** Entries read at one look, to follow their times; a log that grows faster is read on at the next. @default 100,000 */
  readonly maxEntries?: number;
}

export type Observation =
  /** The same head, or one that leads on from what was seen. `late` are entries that claim to be older than those before them. */
  | { readonly kind: 'grown' | 'same' | 'first'; readonly size: number }
  | { readonly kind: 'clock_rollback'; readonly size: number; readonly at: number; readonly byMs: number }
  /** Smaller than what was seen: a cut tail or a restored backup. Both notes are signed by the log. */
  | { readonly kind: 'shrunk'; readonly size: number; readonly seen: number; readonly checkpoints: readonly string[] }
  | { readonly kind: 'split_view'; readonly proof: SplitView }
  /** The tiles do not prove that this head leads on, and do not prove the contrary either. */
  | { readonly kind: 'unproven'; readonly size: number; readonly seen: number; readonly why: string }
  /** No checkpoint, or none that a key of the log has signed. */
  | { readonly kind: 'unsigned'; readonly why: string };

/** Follows one log and remembers. What it has once seen, the log cannot take back unseen. */
export interface Monitor {
  /** One look. What contradicts the memory never replaces it. Rejects only when the memory cannot be read or written. */
  observe(source: LogSource): Promise<Observation>;
}

const DEFAULT_MAX_ENTRIES = 100_000;

export function createMonitor(options: MonitorOptions): Monitor {
  const times = new EntryTimes();
  return {
    async observe(source) {
      const head = await readHead(source, options.keys);
      if ('why' in head) return { kind: 'unsigned', ...head };
      const seen = await options.keeper.last(head.checkpoint.origin);
      const found = seen ? await compare(source, head, seen) : first(head);
      if (found.kind !== 'grown' && found.kind !== 'first' && found.kind !== 'same') return found;
      const rollback = await times.follow(source, head.checkpoint.size, options.maxEntries ?? DEFAULT_MAX_ENTRIES);
      if (found.kind !== 'same') await options.keeper.keep(signedCheckpoint(head.note));
      return rollback ? { kind: 'clock_rollback', size: head.checkpoint.size, ...rollback } : found;
    },
  };
}

interface Head {
  readonly note: string;
  readonly checkpoint: Checkpoint;
}

const first = ({ checkpoint }: Head): Observation => ({ kind: 'first', size: checkpoint.size });

async function readHead(source: LogSource, keys: readonly VerifierKey[]): Promise<Head | { readonly why: string }> {
  const note = await source.checkpointNote();
  if (note === null) return { why: 'there is no checkpoint' };
  try {
    const checkpoint = parseCheckpoint(note);
    const { origin, text, signatures } = checkpoint;
    const signed = keys.some(
      (key) => key.name === origin && signatures.some((one) => checkSignature(key, text, one).kind === 'verified'),
    );
    return signed ? { note, checkpoint } : { why: `no given key has signed for ${origin}` };
  } catch (error) {
    if (isDmitryError(error)) return { why: error.message };
    throw error;
  }
}

async function compare(source: LogSource, { note, checkpoint }: Head, seen: SignedCheckpoint): Promise<Observation> {
  const { size } = checkpoint;
  const split = splitViewOfSameSize(seen.note, note);
  if (split) return { kind: 'split_view', proof: split };
  if (size === seen.size) return { kind: 'same', size };
  if (size < seen.size) return { kind: 'shrunk', size, seen: seen.size, checkpoints: [seen.note, note] };
  if (seen.size === 0) return { kind: 'grown', size };
  return leadsOn(source, { note, checkpoint }, seen);
}

/** Whether the tree behind the head begins with what was seen; if not, what it begins with instead is the proof. */
async function leadsOn(source: LogSource, { note, checkpoint }: Head, seen: SignedCheckpoint): Promise<Observation> {
  const { size, root } = checkpoint;
  const unproven = (why: string): Observation => ({ kind: 'unproven', size, seen: seen.size, why });
  try {
    const tree = new TileTree(source, size);
    const path = await tree.consistencyProof(seen.size);
    const firstRoot = parseCheckpoint(seen.note).root;
    const claim = { firstSize: seen.size, secondSize: size, secondRoot: root, path };
    if (verifyConsistency({ ...claim, firstRoot })) return { kind: 'grown', size };
    const prefix = await tree.rootOf(seen.size);
    if (sameHash(prefix, firstRoot) || !verifyConsistency({ ...claim, firstRoot: prefix }))
      return unproven('the tiles are not those of the checkpoint');
    return { kind: 'split_view', proof: splitViewOfPrefix(seen.note, note, { root: prefix, path }) };
  } catch (error) {
    if (isDmitryError(error)) return unproven(error.message);
    throw error;
  }
}
