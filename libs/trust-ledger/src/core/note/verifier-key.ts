import { hash } from 'node:crypto';
import { ledgerFault } from '../ledger.errors.ts';
import { decodeBase64, encodeBase64 } from './base64.ts';
import { SIGNATURE_SCHEMES, type SignatureType } from './signature-schemes.ts';
import { isKeyName, type NoteSignature } from './signed-note.ts';

/** A key that a verifier trusts, from its C2SP vkey text `<name>+<key id>+<base64 of type and key>`. */
export interface VerifierKey {
  readonly name: string;
  /** 8 hexadecimal digits. */
  readonly keyId: string;
  readonly type: SignatureType;
  /** As the type encodes it: 32 bytes for Ed25519, 1,312 for ML-DSA-44. */
  readonly publicKey: Uint8Array;
}

const isSupported = (type: number): type is SignatureType => Object.hasOwn(SIGNATURE_SCHEMES, type);

/** C2SP signed-note: the first four bytes of SHA-256(name ‖ 0x0A ‖ type ‖ public key), hexadecimal. */
export function keyId(name: string, type: number, publicKey: Uint8Array): string {
  return hash('sha256', Buffer.concat([Buffer.from(`${name}\n`, 'utf8'), Uint8Array.of(type), publicKey]), 'hex').slice(
    0,
    8,
  );
}

export function verifierKey(name: string, type: SignatureType, publicKey: Uint8Array): VerifierKey {
  if (!isKeyName(name) || publicKey.length !== SIGNATURE_SCHEMES[type].keyBytes)
    throw ledgerFault(
      'ledger.key_invalid',
      `"${name}" with ${publicKey.length} bytes is not a key: no spaces or plus in the name`,
    );
  return { name, keyId: keyId(name, type, publicKey), type, publicKey };
}

/** @throws DmitryError `ledger.key_invalid` when the text, its key id or its type is not one this library verifies */
export function parseVerifierKey(text: string): VerifierKey {
  const [name = '', id = '', ...rest] = text.split('+');
  const blob = decodeBase64(rest.join('+'));
  const type = blob?.[0];
  if (!blob || type === undefined || !/^[0-9a-f]{8}$/.test(id)) throw invalidKey(text, 'not <name>+<key id>+<base64>');
  if (!isSupported(type))
    throw invalidKey(text, `signature type ${type} is not supported; Ed25519 (1, 4) and ML-DSA-44 (6) are`);
  const key = verifierKey(name, type, blob.subarray(1));
  if (key.keyId !== id) throw invalidKey(text, `its key id would be ${key.keyId}`);
  return key;
}

const invalidKey = (text: string, why: string) =>
  ledgerFault('ledger.key_invalid', `"${text.slice(0, 100)}" is not a verifier key (C2SP signed-note): ${why}`);

export const formatVerifierKey = (key: VerifierKey): string =>
  `${key.name}+${key.keyId}+${encodeBase64(Buffer.concat([Uint8Array.of(key.type), key.publicKey]))}`;

export type SignatureCheck =
  /** By another key: the specification says to ignore it. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'verified'; readonly seconds: number }
  /** Claims to be by this key and is not. */
  | { readonly kind: 'forged' };

/** Name and key id decide whose signature it is; then it must verify. */
export function checkSignature(key: VerifierKey, text: string, signature: NoteSignature): SignatureCheck {
  if (signature.name !== key.name || signature.keyId !== key.keyId) return { kind: 'unknown' };
  const seconds = SIGNATURE_SCHEMES[key.type].check(key, text, signature.signature);
  return seconds === null ? { kind: 'forged' } : { kind: 'verified', seconds };
}
