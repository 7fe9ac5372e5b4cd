import { hash, hkdfSync } from 'node:crypto';
import { type Ed25519Key, ed25519FromSeed, ledgerFault } from '../core/index.ts';

/** Who stands behind an exported document. */
export interface ExportKey {
  /** First 16 hexadecimal digits of SHA-256 of the public key: a hint which key to try, never trust. */
  readonly keyId: string;
  /** Ed25519, 32 bytes. */
  readonly publicKey: Uint8Array;
}

export interface ExportSigner extends ExportKey, Ed25519Key {}

export const exportKey = (publicKey: Uint8Array): ExportKey => ({
  keyId: hash('sha256', publicKey, 'hex').slice(0, 16),
  publicKey,
});

/** A signer of exports from a 32-byte seed. Never the seed of a log: each key signs one kind of thing. */
export function createExportSigner(seed: Uint8Array): ExportSigner {
  const { publicKey, sign } = ed25519FromSeed(seed);
  return { ...exportKey(publicKey), sign };
}

const SEED_BYTES = 32;

/** One signer per log from the deployment's master seed: HKDF-SHA-256, apart from the keys that sign checkpoints. */
export function createExportSigners(masterSeed: Uint8Array): (origin: string) => ExportSigner {
  if (masterSeed.length < SEED_BYTES)
    throw ledgerFault('ledger.key_invalid', `the master seed needs ${SEED_BYTES} bytes, got ${masterSeed.length}`);
  return (origin) =>
    createExportSigner(
      new Uint8Array(hkdfSync('sha256', masterSeed, '', `dmitry ledger export key\n${origin}`, SEED_BYTES)),
    );
}
