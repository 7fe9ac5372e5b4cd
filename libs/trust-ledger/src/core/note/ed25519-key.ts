import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import { ledgerFault } from '../ledger.errors.ts';

/** Bytes of an Ed25519 seed (RFC 8032 5.1.5). */
export const SEED_BYTES = 32;
const PKCS8_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex');

const SPKI_ED25519 = Buffer.from('302a300506032b6570032100', 'hex');

/** A private key that signs bytes. Whoever has it decides what they mean: messages of different kinds must never be equal. */
export interface Ed25519Key {
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
  readonly sign: (message: Uint8Array) => Uint8Array;
}

/** Deterministic (RFC 8032 5.1.6). @throws DmitryError `ledger.key_invalid` */
export function ed25519FromSeed(seed: Uint8Array): Ed25519Key {
  if (seed.length !== SEED_BYTES)
    throw ledgerFault('ledger.key_invalid', `an Ed25519 seed has ${SEED_BYTES} bytes, got ${seed.length}`);
  const privateKey = createPrivateKey({ key: Buffer.concat([PKCS8_ED25519, seed]), format: 'der', type: 'pkcs8' });
  const publicKey = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(-32);
  return { publicKey, sign: (message) => sign(null, message, privateKey) };
}

/** RFC 8032 5.1.7. Whatever the signature's bytes, the answer is yes or no. */
export function verifiesEd25519(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  const key = createPublicKey({ key: Buffer.concat([SPKI_ED25519, publicKey]), format: 'der', type: 'spki' });
  return verify(null, message, key, signature);
}
