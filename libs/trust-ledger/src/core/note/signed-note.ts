import { ledgerFault } from '../ledger.errors.ts';
import { decodeBase64, encodeBase64 } from './base64.ts';

/** One signature line of a note, as it stands there: nothing is verified yet. */
export interface NoteSignature {
  readonly name: string;
  /** 8 hexadecimal digits. */
  readonly keyId: string;
  /** What follows the key id. */
  readonly signature: Uint8Array;
}

/** C2SP signed-note: a text and who says that it signed it. The text means nothing until a signature by a trusted key was verified. */
export interface SignedNote {
  /** With its final newline. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

/** The specification demands 16; our own limits are wider, and finite. */
const MAX_SIGNATURES = 64;
const MAX_NOTE_CHARACTERS = 1_000_000;
const KEY_ID_BYTES = 4;
const SIGNATURE_LINE = /^— (\S+) (\S+)$/u;
// oxlint-disable-next-line no-control-regex -- the specification forbids exactly these
const CONTROL_CHARACTER = /[\u0000-\u0009\u000b-\u001f]/;

const invalid = (why: string): never => {
  throw ledgerFault('ledger.note_invalid', `not a signed note (C2SP signed-note): ${why}`, { severity: 'warn' });
};

/** Key names hold no spaces and no plus, and are not empty. */
export const isKeyName = (name: string): boolean => name !== '' && !/[\s+]/u.test(name) && name.isWellFormed();

/** @throws DmitryError `ledger.note_invalid` */
export function parseSignedNote(note: string): SignedNote {
  if (note.length > MAX_NOTE_CHARACTERS) invalid(`longer than ${MAX_NOTE_CHARACTERS} characters`);
  if (!note.isWellFormed() || CONTROL_CHARACTER.test(note)) invalid('control characters or broken Unicode');
  const at = note.lastIndexOf('\n\n');
  if (at < 0 || !note.endsWith('\n') || at + 2 === note.length) invalid('no text, blank line and signature lines');
  const lines = note.slice(at + 2, -1).split('\n');
  if (lines.length > MAX_SIGNATURES) invalid(`more than ${MAX_SIGNATURES} signatures`);
  return { text: note.slice(0, at + 1), signatures: lines.map(parseSignatureLine) };
}

/** @throws DmitryError `ledger.note_invalid` */
export function parseSignatureLine(line: string): NoteSignature {
  const match = SIGNATURE_LINE.exec(line);
  const blob = match ? decodeBase64(match[2] as string) : null;
  const name = match?.[1] ?? '';
  if (!blob || blob.length <= KEY_ID_BYTES || !isKeyName(name))
    return invalid(`"${line.slice(0, 80)}" is not a signature line`);
  const keyId = Buffer.from(blob.subarray(0, KEY_ID_BYTES)).toString('hex');
  return { name, keyId, signature: blob.subarray(KEY_ID_BYTES) };
}

export const formatSignatureLine = ({ name, keyId, signature }: NoteSignature): string =>
  `— ${name} ${encodeBase64(Buffer.concat([Buffer.from(keyId, 'hex'), signature]))}\n`;

/** @throws DmitryError `ledger.note_invalid` when the text does not end in a newline, or holds what a note cannot */
export function formatSignedNote({ text, signatures }: SignedNote): string {
  const note = `${text}\n${signatures.map(formatSignatureLine).join('')}`;
  const parsed = parseSignedNote(note);
  return parsed.text === text ? note : invalid('the text does not survive being written');
}
