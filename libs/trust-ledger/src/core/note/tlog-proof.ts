import { ledgerFault } from '../ledger.errors.ts';
import { HASH_BYTES, leafHash } from '../tree/merkle-hash.ts';
import { verifyInclusion } from '../tree/verify-proof.ts';
import { decodeBase64, encodeBase64 } from './base64.ts';
import { type Checkpoint, parseCheckpoint } from './checkpoint.ts';
import { evaluatePolicy } from './evaluate-policy.ts';
import type { TlogPolicy } from './tlog-policy.ts';

/** C2SP tlog-proof: one entry's inclusion and the checkpoint it leads to, in one text file. */
export interface TlogProof {
  readonly index: number;
  readonly path: readonly Uint8Array[];
  /** The signed note, verbatim. */
  readonly checkpoint: string;
  /** Opaque; not authenticated by anything. */
  readonly extra?: Uint8Array;
}

const HEADER = 'c2sp.org/tlog-proof@v1';
/** A tree of 2^63 leaves needs no more. */
const MAX_PATH = 63;

export function formatTlogProof({ index, path, checkpoint, extra }: TlogProof): string {
  const head = [HEADER, ...(extra ? [`extra ${encodeBase64(extra)}`] : []), `index ${index}`];
  return `${[...head, ...path.map(encodeBase64)].join('\n')}\n\n${checkpoint}`;
}

const invalid = (why: string) =>
  ledgerFault('ledger.proof_invalid', `not a proof (C2SP tlog-proof): ${why}`, { severity: 'warn' });

/** Reads a proof; whether it proves anything is `verifyTlogProof`'s question. @throws DmitryError `ledger.proof_invalid` */
export function parseTlogProof(text: string): TlogProof {
  const blank = text.indexOf('\n\n');
  if (blank < 0) throw invalid('no blank line in front of the checkpoint');
  const [header, ...lines] = text.slice(0, blank).split('\n');
  if (header !== HEADER) throw invalid(`the first line is not ${HEADER}`);
  const extra = lines[0]?.startsWith('extra ')
    ? decodeBase64((lines.shift() as string).slice('extra '.length))
    : undefined;
  if (extra === null) throw invalid('the extra data is not base64');
  const index = Number(/^index (0|[1-9][0-9]*)$/.exec(lines.shift() ?? '')?.[1]);
  if (!Number.isSafeInteger(index)) throw invalid('no index line');
  return { index, path: lines.map(parseHash), checkpoint: text.slice(blank + 2), ...(extra && { extra }) };
}

function parseHash(line: string, at: number): Uint8Array {
  const hash = decodeBase64(line);
  if (hash?.length !== HASH_BYTES || at >= MAX_PATH)
    throw invalid(`line ${at + 1} after the index is not a hash of the path`);
  return hash;
}

export type TlogProofFault = 'signature_forged' | 'log_not_trusted' | 'quorum_not_met' | 'inclusion_failed';

export type TlogProofAnswer =
  | { readonly ok: true; readonly index: number; readonly checkpoint: Checkpoint; readonly cosigned: readonly string[] }
  | { readonly ok: false; readonly fault: TlogProofFault };

/**
 * Whether the entry is in a log that the policy believes. Offline: the proof, the entry and the policy are all it takes.
 * @throws DmitryError `ledger.proof_invalid`, `ledger.note_invalid`, `ledger.checkpoint_invalid` for text that cannot be read
 */
export function verifyTlogProof(text: string, entry: Uint8Array, policy: TlogPolicy): TlogProofAnswer {
  const proof = parseTlogProof(text);
  const checkpoint = parseCheckpoint(proof.checkpoint);
  const answer = evaluatePolicy(policy, checkpoint);
  if (answer.forged.length > 0) return { ok: false, fault: 'signature_forged' };
  if (!answer.signed) return { ok: false, fault: 'log_not_trusted' };
  if (answer.quorum === 'not_met') return { ok: false, fault: 'quorum_not_met' };
  const { size, root } = checkpoint;
  if (!verifyInclusion({ index: proof.index, size, leafHash: leafHash(entry), root, path: proof.path }))
    return { ok: false, fault: 'inclusion_failed' };
  return { ok: true, index: proof.index, checkpoint, cosigned: answer.cosigned };
}
