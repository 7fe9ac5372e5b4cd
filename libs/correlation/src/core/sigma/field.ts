import type { CorrelationEvent } from '../fold-event.ts';

/** A scalar that a field of an event has. */
export type FieldValue = string | number | boolean | null;

/** Deepest list of values that one field gives: more is not looked at. */
const MAX_VALUES = 1_000;

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
    flatten((root as Record<string, unknown>)[field], into);
  else walk(root, path, 0, into);
}

function walk(node: unknown, path: readonly string[], at: number, into: FieldValue[]): void {
  if (at === path.length) {
    flatten(node, into);
    return;
  }
  if (typeof node !== 'object' || node === null) return;
  if (Array.isArray(node)) {
    for (const item of node.slice(0, MAX_VALUES)) walk(item, path, at, into);
    return;
  }
  const key = path[at] ?? '';
  if (Object.hasOwn(node, key)) walk((node as Record<string, unknown>)[key], path, at + 1, into);
}

function flatten(value: unknown, into: FieldValue[]): void {
  if (into.length >= MAX_VALUES || value === undefined) return;
  if (Array.isArray(value)) for (const item of value) flatten(item, into);
  else if (typeof value !== 'object' || value === null) into.push(value as FieldValue);
  else into.push(JSON.stringify(value)); // a field that is an object is matched on its JSON text
}

/** Every scalar of an event's record, for keyword searches. */
export function allValues(record: unknown): readonly FieldValue[] {
  const into: FieldValue[] = [];
  const visit = (value: unknown, depth: number): void => {
    if (into.length >= MAX_VALUES || depth > 64) return;
    if (typeof value === 'object' && value !== null) for (const item of Object.values(value)) visit(item, depth + 1);
    else if (value !== undefined) into.push(value as FieldValue);
  };
  visit(record, 0);
  return into;
}
