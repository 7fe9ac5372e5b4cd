import { createPrivateKey, createPublicKey, hkdfSync, sign } from 'node:crypto';
import { ledgerFault } from '../ledger.errors.ts';
import { checkpointText, type TreeHead } from './checkpoint.ts';
import { formatSignedNote } from './signed-note.ts';
import { SIGNATURE_TYPE } from './signature-schemes.ts';
import { formatVerifierKey, type VerifierKey, verifierKey } from './verifier-key.ts';

/** Bytes of an Ed25519 seed. */
const SEED_BYTES = 32;
const PKCS8_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex');

/** Signs the checkpoints of one log. Sign only what is committed: two signed heads that do not agree prove that the log cheated. */
export interface LogSigner {
  readonly origin: string;
  readonly key: VerifierKey;
  /** The C2SP vkey text that verifiers put into their policy. */
  readonly verifierKey: string;
  /** The signed note of a head. @throws DmitryError `ledger.key_invalid` for another log's head */
  sign(head: TreeHead): string;
}

/** An Ed25519 signer from a 32-byte seed. Deterministic: the same head gives the same note. */
export function createLogSigner(origin: string, seed: Uint8Array): LogSigner {
  if (seed.length !== SEED_BYTES)
    throw ledgerFault('ledger.key_invalid', `an Ed25519 seed has ${SEED_BYTES} bytes, got ${seed.length}`);
  const privateKey = createPrivateKey({ key: Buffer.concat([PKCS8_ED25519, seed]), format: 'der', type: 'pkcs8' });
  const publicKey = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(-32);
  const key = verifierKey(origin, SIGNATURE_TYPE.ed25519, publicKey);
  return {
    origin,
    key,
    verifierKey: formatVerifierKey(key),
    sign(head) {
      if (head.origin !== origin)
        throw ledgerFault('ledger.key_invalid', `this key signs for "${origin}" and not for "${head.origin}"`);
      const text = checkpointText(head);
      const signature = sign(null, Buffer.from(text, 'utf8'), privateKey);
      return formatSignedNote({ text, signatures: [{ name: origin, keyId: key.keyId, signature }] });
    },
  };
}

/**
 * One signer per log from the deployment's master seed: HKDF-SHA-256 with the origin as context, because a C2SP policy refuses two
 * logs with the same public key.
 */
export function createLogSigners(masterSeed: Uint8Array): (origin: string) => LogSigner {
  if (masterSeed.length < SEED_BYTES)
    throw ledgerFault(
      'ledger.key_invalid',
      `the master seed needs ${SEED_BYTES} bytes or more, got ${masterSeed.length}`,
    );
  const signers = new Map<string, LogSigner>();
  return (origin) => {
    let signer = signers.get(origin);
    if (!signer) {
      const seed = hkdfSync('sha256', masterSeed, '', `dmitry ledger log key\n${origin}`, SEED_BYTES);
      signer = createLogSigner(origin, new Uint8Array(seed));
      signers.set(origin, signer);
    }
    return signer;
  };
}
