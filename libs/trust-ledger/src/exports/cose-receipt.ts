import { isDmitryError } from '@dmitry/kit';
import {
  decodeBase64,
  inclusionRoot,
  leafHash,
  ledgerFault,
  type LogReader,
  TileTree,
  verifiesEd25519,
} from '../core/index.ts';
import { type Cbor, decodeCbor, encodeCbor, Tagged } from './cbor.ts';
import type { ExportKey, ExportSigner } from './export-signer.ts';

/** RFC 9052 4.2: COSE_Sign1. */
const TAG_SIGN1 = 18;
const HEADER = { alg: 1, kid: 4, vds: 395, vdp: 396 } as const;
/** RFC 9053 2.2. */
const ALG_EDDSA = -8;
/** COSE Receipts: verifiable data structure RFC9162_SHA256, and its inclusion proofs. */
const VDS_RFC9162_SHA256 = 1;
const INCLUSION_PROOFS = -1;
/**
 * Private use (RFC 9052 11.1, below -65536): the tree size once more, where the signature covers it. RFC 9942 signs the root alone, and one
 * path leads to one root from several places in trees of several sizes.
 */
const SIGNED_SIZE = -65_537;

/** What a receipt says: this leaf is at this place of a tree with this root. */
export interface ReceiptClaim {
  readonly index: number;
  readonly size: number;
  readonly path: readonly Uint8Array[];
  readonly root: Uint8Array;
}

/** RFC 9052 4.4. The root is the payload; its first byte on the wire (0x84) keeps it apart from every note, which is UTF-8 text. */
const toBeSigned = (protectedHeader: Uint8Array, root: Uint8Array): Uint8Array =>
  encodeCbor(['Signature1', protectedHeader, new Uint8Array(), root]);

/**
 * A COSE receipt of inclusion (RFC 9942): COSE_Sign1 over the detached root, with the proof in its unprotected header. Any verifier of such
 * receipts reads it; ours demands the signed size besides.
 */
export function createCoseReceipt({ index, size, path, root }: ReceiptClaim, signer: ExportSigner): Uint8Array {
  const header = encodeCbor(
    new Map<number, Cbor>([
      [HEADER.alg, ALG_EDDSA],
      [HEADER.kid, Buffer.from(signer.keyId, 'hex')],
      [HEADER.vds, VDS_RFC9162_SHA256],
      [SIGNED_SIZE, size],
    ]),
  );
  const proofs = new Map<number, Cbor>([[INCLUSION_PROOFS, [encodeCbor([size, index, path])]]]);
  const unprotected = new Map<number, Cbor>([[HEADER.vdp, proofs]]);
  return encodeCbor(new Tagged(TAG_SIGN1, [header, unprotected, null, signer.sign(toBeSigned(header, root))]));
}

/**
 * The receipt of an entry under the newest checkpoint.
 * @throws DmitryError `ledger.proof_pending` while no checkpoint covers the entry (retry in about a second)
 */
export async function receiptOf(reader: LogReader, entryId: string, signer: ExportSigner): Promise<Uint8Array> {
  const [checkpoint, index] = [await reader.checkpoint(), await reader.indexOf(entryId)];
  const root = decodeBase64(checkpoint?.root ?? '');
  if (!checkpoint || !root || index === null || index >= checkpoint.size)
    throw ledgerFault('ledger.proof_pending', `no checkpoint covers entry ${entryId} yet: try again in a second`, {
      retryable: true,
      severity: 'info',
    });
  const { size } = checkpoint;
  return createCoseReceipt({ index, size, root, path: await new TileTree(reader, size).inclusionProof(index) }, signer);
}

export type ReceiptAnswer =
  | { readonly ok: true; readonly index: number; readonly size: number; readonly root: Uint8Array }
  | { readonly ok: false; readonly fault: 'receipt_invalid' | 'signature_invalid' };

/**
 * Whether one of these keys vouches that the entry is in its log. The root follows from entry and path; that the signature is over it
 * proves both. Whatever the bytes, the answer is a value.
 */
export function verifyCoseReceipt(receipt: Uint8Array, entry: Uint8Array, keys: readonly ExportKey[]): ReceiptAnswer {
  const read = readReceipt(receipt);
  if (!read) return { ok: false, fault: 'receipt_invalid' };
  const { index, size, path, header, signature } = read;
  const root = inclusionRoot({ index, size, path, leafHash: leafHash(entry) });
  if (!root) return { ok: false, fault: 'receipt_invalid' };
  const message = toBeSigned(header, root);
  const signed = keys.some(({ publicKey }) => verifiesEd25519(publicKey, message, signature));
  return signed ? { ok: true, index, size, root } : { ok: false, fault: 'signature_invalid' };
}

interface ReadReceipt {
  readonly index: number;
  readonly size: number;
  readonly path: readonly Uint8Array[];
  /** The protected header as it was signed. */
  readonly header: Uint8Array;
  readonly signature: Uint8Array;
}

function readReceipt(receipt: Uint8Array): ReadReceipt | null {
  const document = decodeOrNull(receipt);
  if (!(document instanceof Tagged) || document.tag !== TAG_SIGN1 || !isArray(document.content)) return null;
  const [header, unprotected, payload, signature] = document.content;
  if (!isBytes(header) || !isBytes(signature) || payload !== null) return null;
  const proof = proofOf(unprotected);
  return proof && isHeaderOf(proof.size, header) ? { ...proof, header, signature } : null;
}

function isHeaderOf(size: number, header: Uint8Array): boolean {
  const fields = decodeOrNull(header);
  if (!isMap(fields) || fields.get(SIGNED_SIZE) !== size) return false;
  return fields.get(HEADER.alg) === ALG_EDDSA && fields.get(HEADER.vds) === VDS_RFC9162_SHA256;
}

/** The one inclusion proof of the receipt. */
function proofOf(unprotected: Cbor | undefined): Pick<ReadReceipt, 'index' | 'size' | 'path'> | null {
  const proofs = isMap(unprotected) ? unprotected.get(HEADER.vdp) : undefined;
  const list = isMap(proofs) ? proofs.get(INCLUSION_PROOFS) : undefined;
  const [one, ...others] = isArray(list) ? list : [];
  return isBytes(one) && others.length === 0 ? placeOf(decodeOrNull(one)) : null;
}

function placeOf(proof: Cbor | undefined): Pick<ReadReceipt, 'index' | 'size' | 'path'> | null {
  if (!isArray(proof) || proof.length !== 3) return null;
  const [size, index, path] = proof;
  if (typeof size !== 'number' || typeof index !== 'number' || !isArray(path) || !path.every(isBytes)) return null;
  return { size, index, path };
}

const isMap = (value: Cbor | undefined): value is ReadonlyMap<number, Cbor> => value instanceof Map;
const isArray = (value: Cbor | undefined): value is readonly Cbor[] => Array.isArray(value);
const isBytes = (value: Cbor | undefined): value is Uint8Array => value instanceof Uint8Array;

function decodeOrNull(bytes: Uint8Array): Cbor | undefined {
  try {
    return decodeCbor(bytes);
  } catch (error) {
    if (isDmitryError(error)) return undefined;
    throw error;
  }
}
