/**
 * How values travel to and from PostgreSQL as text, the same for every adapter. In: null and undefined are NULL, bigint and number as
 * digits, Date as RFC 3339, Uint8Array as bytea, an array as a PostgreSQL array, any other object as JSON (so a JSON array is given as
 * JSON text). Out: see `parseValue`.
 */
export function encodeValue(value: unknown): string | Uint8Array | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string') return value;
  if (value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return `{${value.map(element).join(',')}}`;
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'object') return JSON.stringify(value);
  return `${value as number | bigint | boolean}`;
}

/** The hex form of bytea. */
export const byteaText = (bytes: Uint8Array): string =>
  `\\x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')}`;

function element(value: unknown): string {
  if (Array.isArray(value)) return String(encodeValue(value));
  const encoded = encodeValue(value);
  if (encoded === null) return 'NULL';
  const text = typeof encoded === 'string' ? encoded : byteaText(encoded);
  return `"${text.replace(/[\\"]/g, '\\$&')}"`;
}

type Parse = (text: string) => unknown;

const utc = (text: string): Date => new Date(`${text.replace(' ', 'T')}Z`);
const instant = (text: string): Date => new Date(text.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00'));
const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text.slice(2), 'hex'));
const asText: Parse = (text) => text;

/** Type → [its oid, its array's oid, how its text becomes a value] (pg_type.dat). */
const TYPES: readonly (readonly [number, number, Parse])[] = [
  [16, 1000, (text) => text === 't'], // bool
  [17, 1001, bytes], // bytea
  [20, 1016, asText], // int8: may exceed 2^53
  [21, 1005, Number], // int2
  [23, 1007, Number], // int4
  [26, 1028, Number], // oid
  [700, 1021, Number], // float4
  [701, 1022, Number], // float8
  [114, 199, JSON.parse], // json
  [3802, 3807, JSON.parse], // jsonb
  [1082, 1182, asText], // date: has no time zone, so it is no instant
  [1114, 1115, utc], // timestamp
  [1184, 1185, instant], // timestamptz
  [1700, 1231, asText], // numeric
  [25, 1009, asText], // text
  [1043, 1015, asText], // varchar
  [1042, 1014, asText], // bpchar
  [18, 1002, asText], // char
  [19, 1003, asText], // name
  [2950, 2951, asText], // uuid
  [1186, 1187, asText], // interval
];

const parsers = new Map<number, Parse>(
  TYPES.flatMap(([oid, arrayOid, parse]) => [
    [oid, parse],
    [arrayOid, (text: string): unknown[] => parseArray(text, parse)],
  ]),
);

/** Types that `parseValue` knows; every other one is text. */
export const knownTypes: readonly number[] = [...parsers.keys()];

/** A value from its text: bigint and numeric stay text, bytea is a Uint8Array, json and jsonb are parsed, instants are Dates, arrays are arrays. */
export const parseValue = (oid: number, text: string): unknown => (parsers.get(oid) ?? asText)(text);

/** The text form of an array (PostgreSQL 8.15.6): braces, commas, quotes with backslashes; bounds before `=` are not kept. */
function parseArray(text: string, parse: Parse): unknown[] {
  const root: unknown[] = [];
  const stack: unknown[][] = [root];
  const tokens = /"((?:[^"\\]|\\[\s\S])*)"|([{}])|([^{},"]+)/g;
  tokens.lastIndex = text.startsWith('[') ? text.indexOf('=') + 1 : 0;
  for (let token = tokens.exec(text); token; token = tokens.exec(text)) {
    const [, quoted, brace, bare] = token;
    const top = stack.at(-1) ?? root;
    if (brace === '{') {
      const inner: unknown[] = [];
      top.push(inner);
      stack.push(inner);
    } else if (brace === '}') stack.pop();
    else if (quoted !== undefined) top.push(parse(quoted.replace(/\\([\s\S])/g, '$1')));
    else top.push(bare === 'NULL' ? null : parse(bare ?? ''));
  }
  return root[0] as unknown[];
}
