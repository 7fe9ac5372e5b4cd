import type { CorrelationEvent } from '../fold-event.ts';

/** A scalar that a field of an event has. */
export type FieldValue = string | number | boolean | null;

/** Most values that one field gives: more is not looked at. */
const MAX_VALUES = 1_000;
/** Deepest nesting that is looked at: a record may be nested deeper than the stack. */
const MAX_DEPTH = 64;

/**
 * Values of a field. `a.b` is the member of that very name, else the path; a list on the way stands for each of its items. Found in
 * the record first, then in the OCSF event. No value at all is the empty list.
 */
export function fieldReader(field: string): (event: CorrelationEvent) => readonly FieldValue[] {
  const path = field.split('.');
  return ({ record, event }) => {
    const values: FieldValue[] = [];
    collect(record, field, path, values);
    if (values.length === 0 && event) collect(event, field, path, values);
    return values;
  };
}

function collect(root: unknown, field: string, path: readonly string[], into: FieldValue[]): void {
  if (typeof root === 'object' && root !== null && Object.hasOwn(root, field))
    flatten((root as Record<string, unknown>)[field], into, 0);
  else walk(root, path, { at: 0, depth: 0 }, into);
}

interface Place {
  readonly at: number;
  readonly depth: number;
}

function walk(node: unknown, path: readonly string[], { at, depth }: Place, into: FieldValue[]): void {
  if (at === path.length) {
    flatten(node, into, depth);
    return;
  }
  if (typeof node !== 'object' || node === null || depth > MAX_DEPTH) return;
  if (Array.isArray(node)) {
    for (const item of node.slice(0, MAX_VALUES)) walk(item, path, { at, depth: depth + 1 }, into);
    return;
  }
  const key = path[at] ?? '';
  const next = { at: at + 1, depth: depth + 1 };
  if (Object.hasOwn(node, key)) walk((node as Record<string, unknown>)[key], path, next, into);
}

function flatten(value: unknown, into: FieldValue[], depth: number): void {
  if (into.length >= MAX_VALUES || value === undefined || depth > MAX_DEPTH) return;
  if (Array.isArray(value)) for (const item of value) flatten(item, into, depth + 1);
  else if (typeof value !== 'object' || value === null) into.push(value as FieldValue);
  else if (!nestedBelow(value, MAX_DEPTH - depth)) into.push(JSON.stringify(value)); // an object is matched on its JSON text
}

const nestedBelow = (value: unknown, depth: number): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (depth < 0 || Object.values(value).some((item) => nestedBelow(item, depth - 1)));

/** Every scalar of an event's record, for keyword searches. */
export function allValues(record: unknown): readonly FieldValue[] {
  const into: FieldValue[] = [];
  const visit = (value: unknown, depth: number): void => {
    if (into.length >= MAX_VALUES || depth > MAX_DEPTH) return;
    if (typeof value === 'object' && value !== null) for (const item of Object.values(value)) visit(item, depth + 1);
    else if (value !== undefined) into.push(value as FieldValue);
  };
  visit(record, 0);
  return into;
}
