import { hash } from 'node:crypto';

/** Bytes of a SHA-256 hash. */
export const HASH_BYTES = 32;

const LEAF_PREFIX = Uint8Array.of(0x00);
const NODE_PREFIX = Uint8Array.of(0x01);

/** By way of text: the hash as bytes comes in memory of its own, and making that costs more than hashing a node. */
const sha256 = (bytes: Uint8Array): Uint8Array => Buffer.from(hash('sha256', bytes, 'hex'), 'hex');

/** RFC 6962 2.1: the root of the empty tree is the hash of an empty string. */
export const EMPTY_ROOT: Uint8Array = sha256(new Uint8Array());

/** RFC 6962 2.1: SHA-256(0x00 ‖ leaf). The prefixes keep leaves and inner nodes apart, so that neither can pass for the other. */
export const leafHash = (leaf: Uint8Array): Uint8Array => sha256(Buffer.concat([LEAF_PREFIX, leaf]));

/** RFC 6962 2.1: SHA-256(0x01 ‖ left ‖ right). */
export const nodeHash = (left: Uint8Array, right: Uint8Array): Uint8Array =>
  sha256(Buffer.concat([NODE_PREFIX, left, right]));

export const sameHash = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;
