/** A JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [member: string]: Json;
}

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Deepest nesting that is kept; RFC 8259 section 9 allows a limit. Below it, leaves are listed as dropped. */
export const MAX_DEPTH = 64;
/** Most leaves of one record: more is refused, since its account would be larger than any event. */
export const MAX_LEAVES = 20_000;

export const pointerStep = (key: string | number): string =>
  `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`;

/** Text that JSON, PostgreSQL and RFC 8785 can all carry: lone surrogates and NUL become U+FFFD. */
export const cleanText = (text: string): string => text.toWellFormed().replaceAll('\0', '\uFFFD');

export interface PlainCopy {
  readonly value: Json;
  readonly dropped: readonly string[];
  readonly leaves: number;
}

/**
 * A copy that is surely JSON: what JSON cannot carry, what lies below the depth limit and members named `__proto__` are listed as
 * dropped (a container below the limit by its own pointer, standing for all that is in it). Reading stops at the limit of leaves (`leaves` is then above it).
 */
export function plainCopy(input: unknown): PlainCopy {
  const dropped: string[] = [];
  let leaves = 0;
  const copy = (value: unknown, pointer: string, depth: number): Json | undefined => {
    if (leaves > MAX_LEAVES) return undefined;
    if (typeof value === 'object' && value !== null && depth < MAX_DEPTH) return container(value, pointer, depth);
    leaves += 1;
    const scalar = scalarOf(value);
    if (scalar === undefined) dropped.push(pointer);
    return scalar;
  };
  const container = (value: object, pointer: string, depth: number): Json | undefined => {
    const keys = Object.keys(value);
    if (keys.length === 0) leaves += 1;
    if (Array.isArray(value)) return value.map((item, at) => copy(item, pointer + pointerStep(at), depth + 1) ?? null);
    const out: Record<string, Json> = {};
    for (const key of keys) {
      const name = cleanText(key);
      const at = pointer + pointerStep(name);
      if (name === '__proto__' || Object.hasOwn(out, name)) {
        leaves += 1;
        dropped.push(at);
        continue;
      }
      const member = copy((value as Record<string, unknown>)[key], at, depth + 1);
      if (member !== undefined) out[name] = member;
    }
    return keys.length > 0 && Object.keys(out).length === 0 ? undefined : out;
  };
  const value = copy(input, '', 0) ?? null;
  return { value, dropped, leaves };
}

function scalarOf(value: unknown): Json | undefined {
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value === 'string') return cleanText(value);
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}
