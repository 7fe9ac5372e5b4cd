import { createHash } from 'node:crypto';

/**
 * RFC 8785 (JCS) text of a JSON value: members sorted by UTF-16 code units, ECMAScript number text, no white space.
 * Members whose value is `undefined` are left out, as JSON.stringify does.
 * @throws TypeError for what JSON cannot carry: NaN, infinities, functions, symbols, bigint, lone surrogates, cycles deeper than 200.
 */
export function canonicalJson(value: unknown): string {
  return write(value, 0);
}

/** RFC 8785 bytes of a value, UTF-8. */
export const canonicalBytes = (value: unknown): Buffer => Buffer.from(canonicalJson(value), 'utf8');

const MAX_DEPTH = 200;

function write(value: unknown, depth: number): string {
  if (depth > MAX_DEPTH) throw new TypeError(`canonical JSON: nested deeper than ${MAX_DEPTH}`);
  switch (typeof value) {
    case 'string':
      return text(value);
    case 'number':
      if (!Number.isFinite(value))
        throw new TypeError(`canonical JSON: ${value} is not a JSON number (RFC 8785 3.2.2.3)`);
      return JSON.stringify(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object':
      return value === null ? 'null' : composite(value, depth);
    default:
      throw new TypeError(`canonical JSON: cannot write a ${typeof value}`);
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
export const sha256Hex = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');

/** SHA-256 of the RFC 8785 form of a value, lower-case hexadecimal. */
export const digestOf = (value: unknown): string => sha256Hex(canonicalJson(value));
