import { canonicalBytes, type Disclosure, sha256Hex } from '@dmitry/contracts';
import { decodeBase64 } from '../note/base64.ts';

/** Bytes of a commitment's salt: without it a field with few possible values could be guessed from its hash. */
export const SALT_BYTES = 32;

/** SHA-256(32-byte salt ‖ JCS(value)), hexadecimal. */
export const commitmentOf = (salt: Uint8Array, value: unknown): string =>
  sha256Hex(Buffer.concat([salt, canonicalBytes(value)]));

/** Whether a disclosed field is what was committed. Whatever it holds, the answer is yes or no. */
export function opensCommitment(commitment: string | undefined, { salt, value }: Disclosure): boolean {
  const bytes = decodeBase64(salt);
  return bytes?.length === SALT_BYTES && commitmentOf(bytes, value) === commitment;
}
