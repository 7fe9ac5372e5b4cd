import { createCipheriv, createDecipheriv } from 'node:crypto';
import { DmitryError, type IdSource } from '@dmitry/kit';
import type { DataKey, Sealer } from '../core/index.ts';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const CIPHER = 'aes-256-gcm';

/** AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce for each message. */
export function createSealer(ids: IdSource): Sealer {
  return {
    seal(key: DataKey, plain: Uint8Array, aad: string): Uint8Array {
      const nonce = ids.bytes(NONCE_BYTES);
      const cipher = createCipheriv(CIPHER, key.key, nonce).setAAD(Buffer.from(aad, 'utf8'));
      return new Uint8Array(Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]));
    },

    open(key: DataKey, sealed: Uint8Array, aad: string): Uint8Array {
      if (sealed.length < NONCE_BYTES + TAG_BYTES) throw unsealable(key);
      const decipher = createDecipheriv(CIPHER, key.key, sealed.subarray(0, NONCE_BYTES))
        .setAAD(Buffer.from(aad, 'utf8'))
        .setAuthTag(sealed.subarray(-TAG_BYTES));
      try {
        const body = decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES));
        return new Uint8Array(Buffer.concat([body, decipher.final()]));
      } catch (error) {
        throw unsealable(key, error);
      }
    },
  };
}

const unsealable = (key: DataKey, cause?: unknown): DmitryError =>
  new DmitryError(
    'storage.unsealable',
    'sealed bytes do not open with this key in this place: check the master key, then whether they were changed',
    {
      context: { keyId: key.id },
      cause,
    },
  );
