import { Bundle, parseWith, type VerifyReport } from '@dmitry/contracts';
import { isDmitryError } from '@dmitry/kit';
import { type Checkpoint, parseCheckpoint } from '../note/checkpoint.ts';
import { checkSignature, type VerifierKey } from '../note/verifier-key.ts';
import { sameHash } from '../tree/merkle-hash.ts';
import { verifyBundle, type VerifyOptions } from '../bundle/verify-bundle.ts';
import { recordedCheckpoint } from './checkpoint-entry.ts';

export type LogOfLogsFaultCode =
  /** The bundle itself does not verify: nothing that it says counts. */
  | 'log_of_logs_invalid'
  /** Recorded, and nobody shows a checkpoint of it: a log was dropped. */
  | 'log_missing'
  /** What is shown is older than what was recorded: a restored backup, or a cut tail. */
  | 'log_behind'
  /** Two heads of the same size. */
  | 'split_view'
  /** Shown and never recorded. */
  | 'log_unrecorded'
  /** A later entry records a smaller head, or another one of the same size. */
  | 'log_rolled_back'
  | 'checkpoint_invalid';

export interface LogOfLogsFault {
  readonly code: LogOfLogsFaultCode;
  /** Origin of the log, or the place in the input. */
  readonly where: string;
  readonly message: string;
}

export interface LogOfLogsReport {
  readonly ok: boolean;
  /** Of the bundle that holds the log of logs. */
  readonly bundle: VerifyReport;
  /** Logs that were recorded, with the newest size. */
  readonly logs: Readonly<Record<string, number>>;
  readonly faults: readonly LogOfLogsFault[];
}

export interface LogOfLogsOptions extends VerifyOptions {
  /** The newest checkpoints (signed notes) of the tenants' logs, as they are shown today. */
  readonly checkpoints: readonly string[];
  /** Keys of the tenants' logs: with them, recorded and shown checkpoints must be signed. */
  readonly keys?: readonly VerifierKey[];
}

/**
 * Compares the log of logs (a bundle of all its entries) with the checkpoints that the tenants' logs show: a log that was dropped, or put
 * back to an older state, shows here even to those who never saw one of its own checkpoints. A log may be a little ahead of what is recorded;
 * that the one leads on to the other, a bundle with `since` proves.
 */
export function verifyLogOfLogs(bytes: Uint8Array, options: LogOfLogsOptions): LogOfLogsReport {
  const bundle = verifyBundle(bytes, options);
  if (!bundle.ok) {
    const message = bundle.faults.map(({ code }) => code).join(', ');
    return { ok: false, bundle, logs: {}, faults: [{ code: 'log_of_logs_invalid', where: 'bundle', message }] };
  }
  const recorded = readRecorded(bytes, options.keys ?? []);
  const shown = readShown(options.checkpoints, options.keys ?? []);
  const faults = [...recorded.faults, ...shown.faults, ...compare(recorded.heads, shown.heads)];
  const logs = Object.fromEntries([...recorded.heads].map(([origin, { size }]) => [origin, size]));
  return { ok: faults.length === 0, bundle, logs, faults };
}

interface Heads {
  readonly heads: ReadonlyMap<string, Checkpoint>;
  readonly faults: readonly LogOfLogsFault[];
}

/** The newest head of each log, and whether each is newer than the one recorded before it. */
function readRecorded(bytes: Uint8Array, keys: readonly VerifierKey[]): Heads {
  const parsed = parseWith(Bundle, JSON.parse(Buffer.from(bytes).toString('utf8')));
  const entries = parsed.ok ? parsed.value.entries : [];
  const heads = new Map<string, Checkpoint>();
  const faults: LogOfLogsFault[] = [];
  for (const [at, { entry }] of entries.entries()) {
    if (entry.type !== 'checkpoint') continue;
    const head = recordedCheckpoint(entry);
    if (!head || !isSigned(head, keys)) {
      faults.push({ code: 'checkpoint_invalid', where: `/entries/${at}`, message: 'not a checkpoint of a known log' });
      continue;
    }
    const before = heads.get(head.origin);
    if (before && (head.size < before.size || splits(before, head)))
      faults.push({
        code: 'log_rolled_back',
        where: head.origin,
        message: `${head.size} entries were recorded after ${before.size}`,
      });
    else heads.set(head.origin, head);
  }
  return { heads, faults };
}

function readShown(notes: readonly string[], keys: readonly VerifierKey[]): Heads {
  const heads = new Map<string, Checkpoint>();
  const faults: LogOfLogsFault[] = [];
  for (const [at, note] of notes.entries()) {
    const head = readOrNull(note);
    if (head && isSigned(head, keys)) heads.set(head.origin, head);
    else
      faults.push({
        code: 'checkpoint_invalid',
        where: `checkpoints/${at}`,
        message: 'not a checkpoint of a known log, signed by its key',
      });
  }
  return { heads, faults };
}

function readOrNull(note: string): Checkpoint | null {
  try {
    return parseCheckpoint(note);
  } catch (error) {
    if (isDmitryError(error)) return null;
    throw error;
  }
}

/** Without any key nobody said whose signatures count. */
const isSigned = ({ origin, text, signatures }: Checkpoint, keys: readonly VerifierKey[]): boolean =>
  keys.length === 0 ||
  keys.some(
    (key) => key.name === origin && signatures.some((one) => checkSignature(key, text, one).kind === 'verified'),
  );

const splits = (a: Checkpoint, b: Checkpoint): boolean => a.size === b.size && !sameHash(a.root, b.root);

function compare(recorded: Heads['heads'], shown: Heads['heads']): LogOfLogsFault[] {
  const faults: LogOfLogsFault[] = [];
  for (const [origin, head] of recorded) {
    const now = shown.get(origin);
    if (!now)
      faults.push({
        code: 'log_missing',
        where: origin,
        message: `${head.size} entries were recorded and no checkpoint is shown`,
      });
    else if (now.size < head.size)
      faults.push({
        code: 'log_behind',
        where: origin,
        message: `${head.size} entries were recorded, ${now.size} are shown`,
      });
    else if (splits(head, now))
      faults.push({
        code: 'split_view',
        where: origin,
        message: `two different logs of ${now.size} entries: keep both checkpoints`,
      });
  }
  for (const origin of shown.keys())
    if (!recorded.has(origin))
      faults.push({ code: 'log_unrecorded', where: origin, message: 'the log of logs does not know this log' });
  return faults;
}
