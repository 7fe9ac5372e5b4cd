import { isDmitryError } from '@dmitry/kit';
import { ml_dsa44 } from '@noble/post-quantum/ml-dsa.js';
import { parseCheckpointText } from './checkpoint.ts';
import { verifiesEd25519 } from './ed25519-key.ts';

/** C2SP signature types that this library verifies. */
export const SIGNATURE_TYPE = { ed25519: 0x01, cosignatureEd25519: 0x04, cosignatureMlDsa44: 0x06 } as const;
export type SignatureType = (typeof SIGNATURE_TYPE)[keyof typeof SIGNATURE_TYPE];

interface Signer {
  readonly name: string;
  /** As the type encodes it. */
  readonly publicKey: Uint8Array;
}

/** What a type of signature needs: how long its key is and how a signature over a note's text is checked. */
interface SignatureScheme {
  readonly keyBytes: number;
  /** @returns the time of a cosignature in seconds (0 for a plain signature), or null when it does not verify */
  check(signer: Signer, text: string, signature: Uint8Array): number | null;
}

const ed25519Verifies = ({ publicKey }: Signer, message: string, signature: Uint8Array): boolean =>
  verifiesEd25519(publicKey, Buffer.from(message, 'utf8'), signature);

const TIMESTAMP_BYTES = 8;

/** C2SP tlog-cosignature: `timestamped_signature`. Times beyond 2^53 are none that this library could count. */
function timestamped(
  blob: Uint8Array,
  signatureBytes: number,
): { readonly seconds: number; readonly signature: Uint8Array } | null {
  if (blob.length !== TIMESTAMP_BYTES + signatureBytes) return null;
  const seconds = Number(Buffer.from(blob).readBigUInt64BE(0));
  return Number.isSafeInteger(seconds) ? { seconds, signature: blob.subarray(TIMESTAMP_BYTES) } : null;
}

/** Two lines in front of the checkpoint's text, so that a cosignature never passes for a log's own signature. */
export const cosignedMessage = (seconds: number, text: string): string => `cosignature/v1\ntime ${seconds}\n${text}`;

const u64 = (value: number): Uint8Array => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
};

/** A TLS `opaque<1..2^8-1>`; what is longer has no such form and no signature. */
const opaque8 = (text: string): Uint8Array | null => {
  const bytes = Buffer.from(text, 'utf8');
  return bytes.length >= 1 && bytes.length <= 0xff ? Buffer.concat([Uint8Array.of(bytes.length), bytes]) : null;
};

/** C2SP tlog-cosignature: `cosigned_message` of ML-DSA-44, which names the cosigner and leaves extension lines out. Null for what is no checkpoint. */
export function subtreeMessage(cosigner: string, seconds: number, text: string): Uint8Array | null {
  try {
    const { origin, size, root } = parseCheckpointText(text);
    const [name, log] = [opaque8(cosigner), opaque8(origin)];
    if (!name || !log) return null;
    return Buffer.concat([Buffer.from('subtree/v1\n\0'), name, u64(seconds), log, u64(0), u64(size), root]);
  } catch (error) {
    if (isDmitryError(error)) return null;
    throw error;
  }
}

export const SIGNATURE_SCHEMES: Readonly<Record<SignatureType, SignatureScheme>> = {
  [SIGNATURE_TYPE.ed25519]: {
    keyBytes: 32,
    check: (signer, text, signature) => (ed25519Verifies(signer, text, signature) ? 0 : null),
  },
  [SIGNATURE_TYPE.cosignatureEd25519]: {
    keyBytes: 32,
    check: (signer, text, blob) => {
      const stamped = timestamped(blob, 64);
      if (!stamped) return null;
      const message = cosignedMessage(stamped.seconds, text);
      return ed25519Verifies(signer, message, stamped.signature) ? stamped.seconds : null;
    },
  },
  [SIGNATURE_TYPE.cosignatureMlDsa44]: {
    keyBytes: 1_312,
    check: ({ name, publicKey }, text, blob) => {
      const stamped = timestamped(blob, 2_420);
      const message = stamped && subtreeMessage(name, stamped.seconds, text);
      return message && ml_dsa44.verify(stamped.signature, message, publicKey) ? stamped.seconds : null;
    },
  },
};
