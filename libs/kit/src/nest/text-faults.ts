import type { SchemaFault } from '@dmitry/contracts';

interface Shape {
  readonly items?: object;
  readonly properties?: Readonly<Record<string, object>>;
}

/** Where in the value (RFC 6901). */
interface Place {
  readonly pointer: string;
  readonly depth: number;
}
const ROOT: Place = { pointer: '', depth: 0 };

/** Deeper than any request of ours, and shallow enough for everything that walks a body. */
const MAX_DEPTH = 64;

/**
 * Texts that no store of the house can keep as they are: with U+0000, which PostgreSQL has no place for, or with half a surrogate pair,
 * which is no Unicode and cannot be encoded. A member that the schema takes as anything is left to whoever reads it.
 */
export function textFaults(schema: object | undefined, value: unknown, at: Place = ROOT): readonly SchemaFault[] {
  if (schema && Object.keys(schema).length === 0) return [];
  if (typeof value === 'string') return faultOf(value, at.pointer);
  if (typeof value !== 'object' || value === null) return [];
  if (at.depth > MAX_DEPTH)
    return [{ pointer: at.pointer, message: `must not be nested deeper than ${MAX_DEPTH} levels` }];
  return membersOf((schema ?? {}) as Shape, value).flatMap(({ name, own, member }) => {
    const place = below(at, name);
    return [...faultOf(name, place.pointer), ...textFaults(own, member, place)];
  });
}

function membersOf({ items, properties = {} }: Shape, value: object) {
  return Object.entries(value).map(([name, member]: [string, unknown]) => {
    if (Array.isArray(value)) return { name, member, own: items };
    return { name, member, own: Object.hasOwn(properties, name) ? properties[name] : undefined };
  });
}

const below = ({ pointer, depth }: Place, name: string): Place => ({
  pointer: `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`,
  depth: depth + 1,
});

function faultOf(text: string, pointer: string): readonly SchemaFault[] {
  if (text.includes('\0')) return [{ pointer, message: 'must not contain U+0000' }];
  return text.isWellFormed() ? [] : [{ pointer, message: 'must be well-formed Unicode' }];
}
