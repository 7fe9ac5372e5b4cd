import { hkdfSync } from 'node:crypto';
import { ledgerFault } from '../ledger.errors.ts';
import { checkpointText, type TreeHead } from './checkpoint.ts';
import { ed25519FromSeed, SEED_BYTES } from './ed25519-key.ts';
import type { Cosigner } from './cosigner.ts';
import { formatSignedNote, parseSignedNote } from './signed-note.ts';
import { SIGNATURE_TYPE } from './signature-schemes.ts';
import { formatVerifierKey, type VerifierKey, verifierKey } from './verifier-key.ts';

/** Signs the checkpoints of one log. Sign only what is committed: two signed heads that do not agree prove that the log cheated. */
export interface LogSigner {
  readonly origin: string;
  readonly key: VerifierKey;
  /** The C2SP vkey text that verifiers put into their policy. */
  readonly verifierKey: string;
  /** While keys change: the vkey of the key before, which signs too. */
  readonly retiring?: string;
  /** The signed note of a head. @throws DmitryError `ledger.key_invalid` for another log's head */
  sign(head: TreeHead): string;
}

/** An Ed25519 signer from a 32-byte seed. Deterministic: the same head gives the same note. */
export function createLogSigner(origin: string, seed: Uint8Array): LogSigner {
  const { sign, publicKey } = ed25519FromSeed(seed);
  const key = verifierKey(origin, SIGNATURE_TYPE.ed25519, publicKey);
  return {
    origin,
    key,
    verifierKey: formatVerifierKey(key),
    sign(head) {
      if (head.origin !== origin)
        throw ledgerFault('ledger.key_invalid', `this key signs for "${origin}" and not for "${head.origin}"`);
      const text = checkpointText(head);
      const signature = sign(Buffer.from(text, 'utf8'));
      return formatSignedNote({ text, signatures: [{ name: origin, keyId: key.keyId, signature }] });
    },
  };
}

/**
 * One signer per log from the deployment's master seed: HKDF-SHA-256 with the origin as context, because a C2SP policy refuses two
 * logs with the same public key. With a retiring seed, its keys sign too: until every verifier's policy names the new ones.
 */
export function createLogSigners(masterSeed: Uint8Array, retiringSeed?: Uint8Array): (origin: string) => LogSigner {
  const signerOf = derivedSigners(masterSeed);
  const retiring = retiringSeed && derivedSigners(retiringSeed);
  const signers = new Map<string, LogSigner>();
  return (origin) => {
    const known = signers.get(origin);
    if (known) return known;
    const signer = retiring ? rotatingSigner(retiring(origin), signerOf(origin)) : signerOf(origin);
    signers.set(origin, signer);
    return signer;
  };
}

function derivedSigners(masterSeed: Uint8Array): (origin: string) => LogSigner {
  if (masterSeed.length < SEED_BYTES)
    throw ledgerFault(
      'ledger.key_invalid',
      `the master seed needs ${SEED_BYTES} bytes or more, got ${masterSeed.length}`,
    );
  return (origin) => {
    const seed = hkdfSync('sha256', masterSeed, '', `dmitry ledger log key\n${origin}`, SEED_BYTES);
    return createLogSigner(origin, new Uint8Array(seed));
  };
}

/**
 * A signer that adds cosignatures of the same operator, e.g. ML-DSA-44 beside Ed25519. Their time is the time of signing.
 * @param nowMs milliseconds since 1970
 */
export const withCosigners = (signer: LogSigner, cosigners: readonly Cosigner[], nowMs: () => number): LogSigner => ({
  ...signer,
  sign(head) {
    const { text, signatures } = parseSignedNote(signer.sign(head));
    const seconds = Math.max(1, Math.floor(nowMs() / 1000));
    return formatSignedNote({
      text,
      signatures: [...signatures, ...cosigners.map((one) => one.cosign(text, seconds))],
    });
  },
});

/**
 * A log that changes its key: both sign every checkpoint of the transition, so that whoever knows one of them can follow, and the first
 * checkpoint of the new key leads on from the last of the old one. @throws DmitryError `ledger.key_invalid` for signers of two logs
 */
export function rotatingSigner(retiring: LogSigner, successor: LogSigner): LogSigner {
  if (retiring.origin !== successor.origin)
    throw ledgerFault('ledger.key_invalid', `"${retiring.origin}" and "${successor.origin}" are not one log`);
  return {
    ...successor,
    retiring: retiring.verifierKey,
    sign(head) {
      const [old, next] = [parseSignedNote(retiring.sign(head)), parseSignedNote(successor.sign(head))];
      return formatSignedNote({ text: next.text, signatures: [...old.signatures, ...next.signatures] });
    },
  };
}
