import { canonicalJson, sha256Hex } from '@dmitry/contracts';

/**
 * A value that RFC 8785 can carry, so that no reply, however broken, keeps its outcome out of the ledger: lone surrogates, nesting
 * without end, numbers that are none. What cannot be carried is kept as the text that JSON.stringify makes of it, with the text's size
 * in bytes and its digest.
 */
export function recordable(value: unknown): unknown {
  if (value === undefined) return null;
  try {
    canonicalJson(value);
    return value;
  } catch {
    const text = asText(value);
    return { not_canonical: text, size: Buffer.byteLength(text), digest: sha256Hex(text) };
  }
}

function asText(value: unknown): string {
  try {
    return JSON.stringify(value).toWellFormed();
  } catch {
    return Object.prototype.toString.call(value); // cyclic, or deeper than the stack: its text cannot be made
  }
}
