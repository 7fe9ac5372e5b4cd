import { type Static, type TSchema, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { Settings } from 'typebox/system';

/** One fault of a value against its schema. `pointer` is an RFC 6901 JSON pointer into the value. */
export interface SchemaFault {
  readonly pointer: string;
  readonly message: string;
}

/** The outcome of parsing: the typed value, or every fault that was found. */
export type Parsed<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly faults: readonly SchemaFault[] };

interface CompiledSchema {
  Check(value: unknown): boolean;
  Errors(value: unknown): Iterable<{ instancePath: string; message: string; params?: unknown }>;
}

/** Longest list of faults that one answer carries; the rest is noise to the reader and a lever to an attacker. */
const MAX_FAULTS = 50;

const compiled = new WeakMap<object, CompiledSchema>();

function validatorOf(schema: TSchema): CompiledSchema {
  let validator = compiled.get(schema);
  if (!validator) {
    Settings.Set({ maxErrors: MAX_FAULTS }); // the library stops at eight: half a list sends a person round again
    validator = Compile(schema) as unknown as CompiledSchema;
    compiled.set(schema, validator);
  }
  return validator;
}

/**
 * Checks `value` against `schema` and lists every fault (up to 50). Never throws, whatever the value.
 * The value is not copied or coerced.
 */
export function parseWith<S extends TSchema>(schema: S, value: unknown): Parsed<Static<S>> {
  const validator = validatorOf(schema);
  if (validator.Check(value)) return { ok: true, value: value as Static<S> };
  const faults: SchemaFault[] = [];
  for (const error of validator.Errors(value)) {
    faults.push({ pointer: error.instancePath, message: describe(error) });
    if (faults.length === MAX_FAULTS) break;
  }
  return { ok: false, faults };
}

function describe(error: { message: string; params?: unknown }): string {
  const extra = (error.params as { additionalProperties?: string[] } | undefined)?.additionalProperties;
  return extra && extra.length > 0 ? `${error.message}: ${extra.slice(0, 5).join(', ')}` : error.message;
}

/** An object schema that refuses members it does not name. */
export const strictObject = <P extends Record<string, TSchema>>(properties: P, options: Record<string, unknown> = {}) =>
  Type.Object(properties, { additionalProperties: false, ...options });

/** A union of string literals, from a constant list, as a plain JSON Schema `enum`. */
export const stringEnum = <const T extends readonly string[]>(values: T, options: Record<string, unknown> = {}) =>
  Type.Unsafe<T[number]>({ type: 'string', enum: [...values], ...options });

/** 64 lower-case hexadecimal digits: a SHA-256 digest. */
export const Sha256Hex = Type.String({ pattern: '^[0-9a-f]{64}$' });
/** RFC 3339 time in UTC with milliseconds, as `Date.prototype.toISOString` prints it. */
export const Timestamp = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,9})?Z$' });
/** Ledger entry id: a UUIDv7 in lower case. */
export const EntryId = Type.String({
  pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$',
});
/** A tenant's name as tokens and configuration spell it. */
export const TenantId = Type.String({ minLength: 1, maxLength: 128, pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*$' });

/** An object of any names up to `longest` code units. A key's `maxLength` alone would bind nothing: JSON Schema has no such word. */
export const recordOf = <S extends TSchema>(longest: number, values: S) =>
  Type.Record(Type.String({ pattern: `^[^]{1,${longest}}$` }), values, { additionalProperties: false });
