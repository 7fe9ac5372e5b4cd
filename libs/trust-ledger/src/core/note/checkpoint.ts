import { ledgerFault } from '../ledger.errors.ts';
import type { SignedCheckpoint } from '../log.port.ts';
import { HASH_BYTES } from '../tree/merkle-hash.ts';
import { decodeBase64, encodeBase64 } from './base64.ts';
import { type NoteSignature, parseSignedNote } from './signed-note.ts';

/** What a checkpoint says: the head of a log. */
export interface TreeHead {
  readonly origin: string;
  readonly size: number;
  readonly root: Uint8Array;
}

export interface Checkpoint extends TreeHead {
  readonly extensions: readonly string[];
  /** The signed text. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

const invalid = (why: string) =>
  ledgerFault('ledger.checkpoint_invalid', `not a checkpoint (C2SP tlog-checkpoint): ${why}`, { severity: 'warn' });

/** C2SP tlog-checkpoint without extension lines: origin, size, root. */
export const checkpointText = ({ origin, size, root }: TreeHead): string =>
  `${origin}\n${size}\n${encodeBase64(root)}\n`;

/** @throws DmitryError `ledger.checkpoint_invalid` */
export function parseCheckpointText(text: string): TreeHead & { readonly extensions: readonly string[] } {
  if (!text.endsWith('\n')) throw invalid('the last line has no newline');
  const [origin = '', sizeText = '', rootText = '', ...extensions] = text.slice(0, -1).split('\n');
  const root = decodeBase64(rootText);
  if (origin === '') throw invalid('no origin');
  if (root?.length !== HASH_BYTES) throw invalid('the root is not 32 bytes in base64');
  if (extensions.includes('')) throw invalid('an extension line is blank');
  return { origin, size: parseSize(sizeText), root, extensions };
}

/** ASCII decimal without leading zeroes; beyond 2^53 this library could not count. */
function parseSize(text: string): number {
  const size = Number(text);
  if (!/^(0|[1-9][0-9]*)$/.test(text) || !Number.isSafeInteger(size))
    throw invalid(`"${text.slice(0, 40)}" is not a size`);
  return size;
}

/** Reads a signed checkpoint. Verifies no signature. @throws DmitryError `ledger.note_invalid`, `ledger.checkpoint_invalid` */
export function parseCheckpoint(note: string): Checkpoint {
  const { text, signatures } = parseSignedNote(note);
  return { ...parseCheckpointText(text), text, signatures };
}

/** The same as values of the log's port. */
export const signedCheckpoint = (note: string): SignedCheckpoint => {
  const { origin, size, root } = parseCheckpoint(note);
  return { origin, size, root: encodeBase64(root), note };
};
