import { formatSignedNote, type NoteSignature, parseSignatureLine, parseSignedNote } from './signed-note.ts';
import { checkSignature, type VerifierKey } from './verifier-key.ts';

/** Signatures of a note that more cosignatures came to. */
export interface Merged {
  readonly note: string;
  /** Key names of the cosignatures that were added. */
  readonly added: readonly string[];
}

/**
 * Adds those signatures that verify under one of these keys. Others are ignored, as C2SP tlog-witness demands of a client; of a key that
 * signed already the signature that is there stays. @throws DmitryError `ledger.note_invalid` for a note that is none
 */
export function mergeSignatures(
  note: string,
  signatures: readonly NoteSignature[],
  keys: readonly VerifierKey[],
): Merged {
  const { text, signatures: present } = parseSignedNote(note);
  const added: NoteSignature[] = [];
  const known = (one: NoteSignature): boolean =>
    [...present, ...added].some(({ name, keyId }) => name === one.name && keyId === one.keyId);
  for (const one of signatures)
    if (!known(one) && keys.some((key) => checkSignature(key, text, one).kind === 'verified')) added.push(one);
  if (added.length === 0) return { note, added: [] };
  return {
    note: formatSignedNote({ text, signatures: [...present, ...added] }),
    added: added.map(({ name }) => name),
  };
}

/** The signature lines of a witness's answer. @throws DmitryError `ledger.note_invalid` for what is no list of signature lines */
export function parseSignatureLines(body: string): NoteSignature[] {
  const lines = body.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines.map(parseSignatureLine);
}
