import { ledgerFault } from '../ledger.errors.ts';
import { decodeBase64, encodeBase64 } from '../note/base64.ts';
import { HASH_BYTES } from '../tree/merkle-hash.ts';

/** The body of a request to `add-checkpoint` (C2SP tlog-witness). */
export interface AddCheckpoint {
  /** Size of the checkpoint that the witness cosigned last, as the client believes; 0 for none. */
  readonly oldSize: number;
  /** RFC 6962 2.1.2, from the old size to the checkpoint's. */
  readonly proof: readonly Uint8Array[];
  /** The signed note. */
  readonly checkpoint: string;
}

/** A client MUST NOT send more. */
const MAX_PROOF = 63;

export const formatAddCheckpoint = ({ oldSize, proof, checkpoint }: AddCheckpoint): string =>
  `${[`old ${oldSize}`, ...proof.map(encodeBase64)].join('\n')}\n\n${checkpoint}`;

const invalid = (why: string) =>
  ledgerFault('ledger.note_invalid', `not an add-checkpoint request (C2SP tlog-witness): ${why}`, { severity: 'warn' });

/** Whether the checkpoint is one is not asked here. @throws DmitryError `ledger.note_invalid` */
export function parseAddCheckpoint(body: string): AddCheckpoint {
  const blank = body.indexOf('\n\n');
  if (blank < 0) throw invalid('no empty line in front of the checkpoint');
  const [first = '', ...lines] = body.slice(0, blank).split('\n');
  const oldSize = Number(/^old (0|[1-9][0-9]*)$/.exec(first)?.[1]);
  if (!Number.isSafeInteger(oldSize)) throw invalid(`"${first.slice(0, 40)}" is no old size line`);
  if (lines.length > MAX_PROOF) throw invalid(`more than ${MAX_PROOF} hashes`);
  const proof = lines.map((line, at) => {
    const hash = decodeBase64(line);
    if (hash?.length !== HASH_BYTES) throw invalid(`proof line ${at + 1} is not a hash`);
    return hash;
  });
  return { oldSize, proof, checkpoint: body.slice(blank + 2) };
}
