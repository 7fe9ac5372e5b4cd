import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { ledgerFault } from '../ledger.errors.ts';

/** Bytes of an Ed25519 seed (RFC 8032 5.1.5). */
export const SEED_BYTES = 32;
const PKCS8_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex');

/** The private key of a seed, and its 32 public bytes. @throws DmitryError `ledger.key_invalid` */
export function ed25519FromSeed(seed: Uint8Array): { readonly privateKey: KeyObject; readonly publicKey: Uint8Array } {
  if (seed.length !== SEED_BYTES)
    throw ledgerFault('ledger.key_invalid', `an Ed25519 seed has ${SEED_BYTES} bytes, got ${seed.length}`);
  const privateKey = createPrivateKey({ key: Buffer.concat([PKCS8_ED25519, seed]), format: 'der', type: 'pkcs8' });
  const publicKey = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(-32);
  return { privateKey, publicKey };
}
