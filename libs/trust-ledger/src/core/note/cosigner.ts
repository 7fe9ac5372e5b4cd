import { ml_dsa44 } from '@noble/post-quantum/ml-dsa.js';
import { ledgerFault } from '../ledger.errors.ts';
import { ed25519FromSeed, SEED_BYTES } from './ed25519-key.ts';
import { cosignedMessage, SIGNATURE_TYPE, subtreeMessage } from './signature-schemes.ts';
import type { NoteSignature } from './signed-note.ts';
import { formatVerifierKey, type VerifierKey, verifierKey } from './verifier-key.ts';

/** Says about a checkpoint, at a time: I have seen this head, and it leads on from all that I saw of this log before. */
export interface Cosigner {
  readonly key: VerifierKey;
  /** The C2SP vkey text that verifiers put into their policy. */
  readonly verifierKey: string;
  /**
   * C2SP tlog-cosignature over the text of a checkpoint. Whoever calls it has checked consistency: the signature claims so.
   * @throws DmitryError `ledger.checkpoint_invalid` for a text that is no checkpoint, or a time before 1970
   */
  cosign(text: string, seconds: number): NoteSignature;
}

/** A cosigner with Ed25519 (signature type 4). The message does not name the cosigner: never use one seed under two names. */
export function createEd25519Cosigner(name: string, seed: Uint8Array): Cosigner {
  const { sign, publicKey } = ed25519FromSeed(seed);
  const key = verifierKey(name, SIGNATURE_TYPE.cosignatureEd25519, publicKey);
  return cosignerOf(key, (text, seconds) => sign(Buffer.from(cosignedMessage(seconds, text), 'utf8')));
}

/** A cosigner with ML-DSA-44 (signature type 6), which the specification recommends. Deterministic (FIPS 204 3.4): no randomness is needed. */
export function createMlDsaCosigner(name: string, seed: Uint8Array): Cosigner {
  if (seed.length !== SEED_BYTES)
    throw ledgerFault('ledger.key_invalid', `an ML-DSA-44 seed has ${SEED_BYTES} bytes, got ${seed.length}`);
  const { publicKey, secretKey } = ml_dsa44.keygen(seed);
  const key = verifierKey(name, SIGNATURE_TYPE.cosignatureMlDsa44, publicKey);
  return cosignerOf(key, (text, seconds) => {
    const message = subtreeMessage(name, seconds, text);
    return message && ml_dsa44.sign(message, secretKey, { extraEntropy: false });
  });
}

function cosignerOf(key: VerifierKey, signText: (text: string, seconds: number) => Uint8Array | null): Cosigner {
  return {
    key,
    verifierKey: formatVerifierKey(key),
    cosign(text, seconds) {
      const signature = Number.isSafeInteger(seconds) && seconds >= 0 ? signText(text, seconds) : null;
      if (!signature)
        throw ledgerFault('ledger.checkpoint_invalid', `"${text.slice(0, 80)}" at ${seconds} is nothing to cosign`);
      const stamp = Buffer.alloc(8);
      stamp.writeBigUInt64BE(BigInt(seconds));
      return { name: key.name, keyId: key.keyId, signature: Buffer.concat([stamp, signature]) };
    },
  };
}
