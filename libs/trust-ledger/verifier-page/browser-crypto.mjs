// The part of node:crypto that verifying needs, in plain JavaScript (@noble): no WebCrypto, which file: pages and old browsers lack.
import { ed25519 } from '@noble/curves/ed25519.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { Buffer } from './browser-buffer.mjs';

const bytesOf = (data) => (typeof data === 'string' ? Buffer.from(data) : data);

function sha256Only(algorithm) {
  if (algorithm !== 'sha256') throw new TypeError(`the verifier page has no ${algorithm}`);
}

export function hash(algorithm, data, encoding = 'hex') {
  sha256Only(algorithm);
  const digest = Buffer.from(sha256(bytesOf(data)));
  return encoding === 'buffer' ? digest : digest.toString(encoding);
}

export function createHash(algorithm) {
  sha256Only(algorithm);
  const running = sha256.create();
  return {
    update(data) {
      running.update(bytesOf(data));
      return this;
    },
    digest(encoding) {
      const digest = Buffer.from(running.digest());
      return encoding ? digest.toString(encoding) : digest;
    },
  };
}

/** Of an Ed25519 key in SPKI: its 32 bytes are the last. */
export const createPublicKey = ({ key }) => key.subarray(-32);

export function verify(_algorithm, message, publicKey, signature) {
  try {
    return ed25519.verify(signature, message, publicKey, { zip215: false });
  } catch {
    return false; // a signature or key of another length
  }
}

/** What signs and encrypts has no place in a verifier. */
const absent = (name) => () => {
  throw new TypeError(`the verifier page has no ${name}`);
};
export const createHmac = absent('createHmac');
export const createPrivateKey = absent('createPrivateKey');
export const hkdfSync = absent('hkdfSync');
export const sign = absent('sign');
