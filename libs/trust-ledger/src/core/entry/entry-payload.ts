import { canonicalBytes, type Disclosure, type LedgerEntry, type PayloadPart, sha256Hex } from '@dmitry/contracts';
import type { DataKey, Sealer } from '@dmitry/storage';

/** Media types of the two parts that an entry's payload may have. */
export const DISCLOSURES_MEDIA_TYPE = 'application/vnd.dmitry.disclosures+json';
export const CONTENT_MEDIA_TYPE = 'application/json';

export interface SealedPart {
  readonly part: PayloadPart;
  readonly ciphertext: Uint8Array;
}

/** What an entry keeps from view: committed fields with their salts, and the full request, reply or list. */
export interface PlainPayload {
  readonly committed: Readonly<Record<string, Disclosure>>;
  readonly payload: unknown;
}

/** Binds ciphertext to its entry and its place in it: moved elsewhere, it does not open. */
const placeOf = (entryId: string, mediaType: string): string => `ledger/${entryId}/${mediaType}`;

/** Encrypts what the entry keeps from view. An entry without committed fields and payload has no parts. */
export function sealPayload(sealer: Sealer, key: DataKey, entryId: string, plain: PlainPayload): SealedPart[] {
  const seal = (mediaType: string, value: unknown): SealedPart => {
    const ciphertext = sealer.seal(key, canonicalBytes(value), placeOf(entryId, mediaType));
    const part = { digest: sha256Hex(ciphertext), key_id: key.id, media_type: mediaType, size: ciphertext.length };
    return { part, ciphertext };
  };
  const parts: SealedPart[] = [];
  if (Object.keys(plain.committed).length > 0) parts.push(seal(DISCLOSURES_MEDIA_TYPE, plain.committed));
  if (plain.payload !== undefined) parts.push(seal(CONTENT_MEDIA_TYPE, plain.payload));
  return parts;
}

/** @throws DmitryError `storage.unsealable` when the ciphertext, the key or the place is not what it was sealed with */
export function openPart(sealer: Sealer, key: DataKey, entry: LedgerEntry, sealed: SealedPart): unknown {
  const plain = sealer.open(key, sealed.ciphertext, placeOf(entry.id, sealed.part.media_type));
  return JSON.parse(Buffer.from(plain).toString('utf8'));
}
