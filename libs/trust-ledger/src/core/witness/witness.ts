import { isDmitryError } from '@dmitry/kit';
import { type Checkpoint, parseCheckpoint, signedCheckpoint } from '../note/checkpoint.ts';
import type { Cosigner } from '../note/cosigner.ts';
import { formatSignatureLine, formatSignedNote, type NoteSignature, parseSignedNote } from '../note/signed-note.ts';
import { checkSignature, type VerifierKey } from '../note/verifier-key.ts';
import type { SignedCheckpoint } from '../log.port.ts';
import { decodeBase64 } from '../note/base64.ts';
import { EMPTY_ROOT, sameHash } from '../tree/merkle-hash.ts';
import { verifyConsistency } from '../tree/verify-proof.ts';
import { type AddCheckpoint, parseAddCheckpoint } from './add-checkpoint.ts';
import { originHash } from './origin-hash.ts';
import type { WitnessStore } from './witness-store.port.ts';

export interface WitnessOptions {
  /** Keys of the logs that are witnessed; a key's name is the log's origin. A log may have several, e.g. while it changes keys. */
  readonly logs: readonly VerifierKey[];
  /** All of them sign: Ed25519 for those who know nothing else, ML-DSA-44 as the specification recommends. At least one. */
  readonly cosigners: readonly Cosigner[];
  readonly store: WitnessStore;
  /** Milliseconds since 1970: the time that cosignatures name. */
  readonly nowMs: () => number;
}

/** An answer as HTTP carries it. */
export interface WitnessAnswer {
  readonly status: 200 | 400 | 403 | 404 | 409 | 422;
  readonly contentType: 'text/plain; charset=utf-8' | 'text/x.tlog.size';
  readonly body: string;
}

/** A C2SP tlog-witness without its HTTP server: requests in, answers out, and never two heads signed that do not agree. */
export interface Witness {
  /** `POST <submission prefix>/add-checkpoint`. The new head is durable before its cosignature is in anybody's hands. */
  addCheckpoint(body: string): Promise<WitnessAnswer>;
  /** `GET <monitoring prefix>/<SHA-256 of the origin, hexadecimal>/checkpoint`: the newest that it cosigned. */
  checkpoint(originHash: string): Promise<WitnessAnswer>;
}

const refused = (status: 400 | 403 | 404 | 422, why: string): WitnessAnswer => ({
  status,
  contentType: 'text/plain; charset=utf-8',
  body: `${why}\n`,
});
/** C2SP tlog-witness: the size that the client has to start from. */
const conflict = (size: number): WitnessAnswer => ({
  status: 409,
  contentType: 'text/x.tlog.size',
  body: `${size}\n`,
});
const success = (body: string): WitnessAnswer => ({ status: 200, contentType: 'text/plain; charset=utf-8', body });

/** @throws TypeError without a cosigner */
export function createWitness(options: WitnessOptions): Witness {
  if (options.cosigners.length === 0) throw new TypeError('a witness needs at least one key to cosign with');
  const origins = new Map(options.logs.map(({ name }) => [originHash(name), name]));
  return {
    addCheckpoint: (body) => addCheckpoint(options, body),
    async checkpoint(hash) {
      const origin = origins.get(hash);
      const last = origin === undefined ? null : await options.store.last(origin);
      return last ? success(last.note) : refused(404, 'nothing of this log was cosigned');
    },
  };
}

async function addCheckpoint(options: WitnessOptions, body: string): Promise<WitnessAnswer> {
  const read = readRequest(body);
  if ('status' in read) return read;
  const { request, checkpoint } = read;
  const fault = signatureFault(options.logs, checkpoint);
  if (fault) return fault;
  if (request.oldSize > checkpoint.size) return refused(400, 'the old size is larger than the checkpoint');
  const last = await options.store.last(checkpoint.origin);
  if (request.oldSize !== (last?.size ?? 0)) return conflict(last?.size ?? 0);
  const inconsistent = consistencyFault(request, checkpoint, last);
  if (inconsistent) return inconsistent;
  return cosign(options, checkpoint, last);
}

function readRequest(body: string): WitnessAnswer | { request: AddCheckpoint; checkpoint: Checkpoint } {
  try {
    const request = parseAddCheckpoint(body);
    return { request, checkpoint: parseCheckpoint(request.checkpoint) };
  } catch (error) {
    if (!isDmitryError(error)) throw error;
    return refused(400, error.message);
  }
}

/** Signatures by keys that nobody told us of are ignored; one in the name of a trusted key has to be by it. */
function signatureFault(logs: readonly VerifierKey[], checkpoint: Checkpoint): WitnessAnswer | null {
  const keys = logs.filter(({ name }) => name === checkpoint.origin);
  if (keys.length === 0) return refused(404, 'this log is not witnessed here');
  const checks = keys.flatMap((key) =>
    checkpoint.signatures.map((signature) => checkSignature(key, checkpoint.text, signature).kind),
  );
  if (checks.includes('forged')) return refused(403, "a signature in the log's name is not by its key");
  return checks.includes('verified') ? null : refused(403, 'no key of this log has signed');
}

function consistencyFault(
  { proof }: AddCheckpoint,
  checkpoint: Checkpoint,
  last: SignedCheckpoint | null,
): WitnessAnswer | null {
  const { size, root } = checkpoint;
  if (size === 0 && !sameHash(root, EMPTY_ROOT)) return refused(422, 'the root is not that of an empty tree');
  const [firstSize, firstRoot] = last ? [last.size, rootOf(last)] : [0, EMPTY_ROOT];
  const leadsOn =
    firstSize === 0
      ? proof.length === 0
      : verifyConsistency({ firstSize, firstRoot, secondSize: size, secondRoot: root, path: proof });
  return leadsOn ? null : refused(422, `the log of ${firstSize} entries is not proven to be the beginning of this one`);
}

const rootOf = ({ root }: SignedCheckpoint): Uint8Array => decodeBase64(root) ?? new Uint8Array();

/** Signs, stores under the condition that nothing changed meanwhile, and only then gives the signatures out. */
async function cosign(
  { cosigners, store, nowMs, logs }: WitnessOptions,
  checkpoint: Checkpoint,
  last: SignedCheckpoint | null,
): Promise<WitnessAnswer> {
  // A clock that was set back must not make the log look larger at an earlier time than it was.
  const seconds = Math.max(1, Math.floor(nowMs() / 1000), last ? cosignedSeconds(last, cosigners) : 0);
  const signatures = cosigners.map((one) => one.cosign(checkpoint.text, seconds));
  const keys = logs.filter(({ name }) => name === checkpoint.origin);
  const note = formatSignedNote({
    text: checkpoint.text,
    signatures: [...checkpoint.signatures.filter((one) => verifies(keys, checkpoint.text, one)), ...signatures],
  });
  if (await store.replace(last?.size ?? null, signedCheckpoint(note)))
    return success(signatures.map(formatSignatureLine).join(''));
  return conflict((await store.last(checkpoint.origin))?.size ?? 0);
}

const verifies = (keys: readonly VerifierKey[], text: string, signature: NoteSignature): boolean =>
  keys.some((key) => checkSignature(key, text, signature).kind === 'verified');

function cosignedSeconds({ note }: SignedCheckpoint, cosigners: readonly Cosigner[]): number {
  const { text, signatures } = parseSignedNote(note);
  const checks = cosigners.flatMap(({ key }) => signatures.map((one) => checkSignature(key, text, one)));
  return Math.max(0, ...checks.map((check) => (check.kind === 'verified' ? check.seconds : 0)));
}
