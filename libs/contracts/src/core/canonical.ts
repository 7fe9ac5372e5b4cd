import { hash } from 'node:crypto';
import { MAX_DEPTH, sortedCopy, tooDeep, unwritable, UNSORTABLE } from './sorted-copy.ts';

/**
 * RFC 8785 (JCS) text of a JSON value: members sorted by UTF-16 code units, ECMAScript number text, no white space.
 * Members whose value is `undefined` are left out, as JSON.stringify does.
 * @throws TypeError for what JSON cannot carry: NaN, infinities, functions, symbols, bigint, lone surrogates, cycles deeper than 200.
 */
export function canonicalJson(value: unknown): string {
  const sorted = sortedCopy(value);
  if (sorted === UNSORTABLE) return write(value, 0);
  const text = JSON.stringify(sorted);
  // JSON.stringify writes a lone surrogate as an escape; so may a text with a backslash in it look, and `write` knows them apart.
  return text.includes('\\ud') ? write(value, 0) : text;
}

/** RFC 8785 bytes of a value, UTF-8. */
export const canonicalBytes = (value: unknown): Buffer => Buffer.from(canonicalJson(value), 'utf8');

/** Writes piece by piece what JSON.stringify would not write in this form. */
function write(value: unknown, depth: number): string {
  if (depth > MAX_DEPTH) throw tooDeep();
  switch (typeof value) {
    case 'string':
      return text(value);
    case 'number':
      if (!Number.isFinite(value)) throw unwritable(value);
      return JSON.stringify(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object':
      return value === null ? 'null' : composite(value, depth);
    default:
      throw unwritable(value);
  }
}

function composite(value: object, depth: number): string {
  if (Array.isArray(value))
    return `[${value.map((item) => write(item === undefined ? null : item, depth + 1)).join(',')}]`;
  const source = value as Record<string, unknown>;
  const parts: string[] = [];
  for (const key of Object.keys(source).sort()) {
    const member = source[key];
    if (member !== undefined) parts.push(`${text(key)}:${write(member, depth + 1)}`);
  }
  return `{${parts.join(',')}}`;
}

function text(value: string): string {
  if (!value.isWellFormed()) throw new TypeError('canonical JSON: lone surrogate (RFC 8785 3.2.2.2)');
  return JSON.stringify(value);
}

/** SHA-256 of bytes or of UTF-8 text, lower-case hexadecimal. */
export const sha256Hex = (data: string | Uint8Array): string => hash('sha256', data);

/** SHA-256 of the RFC 8785 form of a value, lower-case hexadecimal. */
export const digestOf = (value: unknown): string => sha256Hex(canonicalJson(value));
