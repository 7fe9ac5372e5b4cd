import { ledgerFault } from '../core/index.ts';

/** The part of CBOR (RFC 8949) that a COSE receipt needs. A `Map` keeps integer keys; `Tagged` is a tag with its content. */
export type Cbor = number | string | null | Uint8Array | readonly Cbor[] | ReadonlyMap<number, Cbor> | Tagged;

export class Tagged {
  constructor(
    readonly tag: number,
    readonly content: Cbor,
  ) {}
}

const MAJOR = { unsigned: 0, negative: 1, bytes: 2, text: 3, array: 4, map: 5, tag: 6, simple: 7 } as const;
const NULL = 22;
/** Deeper nesting is nothing that we write. */
const MAX_DEPTH = 8;

/** RFC 8949 4.2.1: shortest heads, definite lengths, keys in the order of their bytes. @throws TypeError for a number that is no safe integer */
export function encodeCbor(value: Cbor): Uint8Array {
  if (value === null) return Uint8Array.of((MAJOR.simple << 5) | NULL);
  if (typeof value === 'number') return value < 0 ? head(MAJOR.negative, -1 - value) : head(MAJOR.unsigned, value);
  if (typeof value === 'string') return withLength(MAJOR.text, Buffer.from(value, 'utf8'));
  if (value instanceof Uint8Array) return withLength(MAJOR.bytes, value);
  if (value instanceof Tagged) return Buffer.concat([head(MAJOR.tag, value.tag), encodeCbor(value.content)]);
  if (value instanceof Map) return encodeMap(value as ReadonlyMap<number, Cbor>);
  const items = value as readonly Cbor[];
  return Buffer.concat([head(MAJOR.array, items.length), ...items.map(encodeCbor)]);
}

function encodeMap(map: ReadonlyMap<number, Cbor>): Uint8Array {
  const pairs = [...map].map(([key, item]) => [encodeCbor(key), encodeCbor(item)] as const);
  const sorted = pairs.toSorted(([a], [b]) => Buffer.compare(a, b));
  return Buffer.concat([head(MAJOR.map, map.size), ...sorted.flat()]);
}

const withLength = (major: number, bytes: Uint8Array): Uint8Array => Buffer.concat([head(major, bytes.length), bytes]);

function head(major: number, argument: number): Uint8Array {
  if (!Number.isSafeInteger(argument)) throw new TypeError(`${argument} is no integer that CBOR can carry here`);
  const first = major << 5;
  if (argument < 24) return Uint8Array.of(first | argument);
  const size = argument < 0x100 ? 1 : argument < 0x1_0000 ? 2 : argument < 0x1_0000_0000 ? 4 : 8;
  const bytes = Buffer.alloc(9);
  bytes.writeBigUInt64BE(BigInt(argument), 1);
  bytes[8 - size] = first | (24 + Math.log2(size));
  return bytes.subarray(8 - size);
}

const invalid = (why: string) =>
  ledgerFault('ledger.proof_invalid', `not a document in deterministic CBOR (RFC 8949): ${why}`, { severity: 'warn' });

/**
 * Reads what `encodeCbor` writes, and nothing else: another spelling of the same value is refused, so that no byte can differ unseen.
 * @throws DmitryError `ledger.proof_invalid`
 */
export function decodeCbor(bytes: Uint8Array): Cbor {
  const reader = new CborReader(bytes);
  const value = reader.value(0);
  if (Buffer.compare(encodeCbor(value), bytes) !== 0) throw invalid('another spelling, or bytes behind the end');
  return value;
}

class CborReader {
  private at = 0;

  constructor(private readonly bytes: Uint8Array) {}

  value(depth: number): Cbor {
    if (depth > MAX_DEPTH) throw invalid(`nested deeper than ${MAX_DEPTH}`);
    const first = this.take(1)[0] as number;
    const major = first >> 5;
    if (major === MAJOR.simple) return this.simple(first & 31);
    const argument = this.argument(first & 31);
    switch (major) {
      case MAJOR.unsigned:
        return argument;
      case MAJOR.negative:
        return -1 - argument;
      case MAJOR.bytes:
        return this.take(argument);
      case MAJOR.text:
        return Buffer.from(this.take(argument)).toString('utf8');
      case MAJOR.array:
        return this.many(argument, () => this.value(depth + 1));
      case MAJOR.map:
        return this.map(argument, depth + 1);
      default:
        return new Tagged(argument, this.value(depth + 1));
    }
  }

  private simple(value: number): null {
    if (value !== NULL) throw invalid(`simple value ${value}`);
    return null;
  }

  private argument(info: number): number {
    if (info < 24) return info;
    if (info > 27) throw invalid('an indefinite length');
    const bytes = Buffer.alloc(8);
    const part = this.take(2 ** (info - 24));
    bytes.set(part, 8 - part.length);
    const value = Number(bytes.readBigUInt64BE(0));
    if (!Number.isSafeInteger(value)) throw invalid('an integer beyond 2^53');
    return value;
  }

  private map(count: number, depth: number): ReadonlyMap<number, Cbor> {
    const pairs = this.many(count, () => [this.value(depth), this.value(depth)] as const);
    return new Map(pairs.map(([key, item]) => [integer(key), item]));
  }

  private many<T>(count: number, one: () => T): T[] {
    if (count > this.bytes.length - this.at) throw invalid('it ends too early');
    return Array.from({ length: count }, one);
  }

  private take(count: number): Uint8Array {
    const end = this.at + count;
    if (end > this.bytes.length) throw invalid('it ends too early');
    const part = this.bytes.subarray(this.at, end);
    this.at = end;
    return part;
  }
}

function integer(key: Cbor): number {
  if (typeof key !== 'number') throw invalid('a key that is no integer');
  return key;
}
