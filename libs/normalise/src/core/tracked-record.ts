import { isObject, type Json, type JsonObject, pointerStep } from './plain-json.ts';

type Path = readonly (string | number)[];

/** Reads a record and remembers what was taken, so that nothing is lost unseen. `peek` looks without taking. */
export class TrackedRecord {
  readonly #taken = new Set<string>();

  constructor(readonly root: Json) {}

  /** The value at a path, not taken; undefined where there is none. Own members only. */
  peek(...path: Path): Json | undefined {
    let value: Json | undefined = this.root;
    for (const key of path) {
      if (value === null || typeof value !== 'object' || !Object.hasOwn(value, key)) return undefined;
      value = (value as Record<string, Json>)[key];
    }
    return value;
  }

  /** Takes the whole value at a path. */
  take(...path: Path): Json | undefined {
    const value = this.peek(...path);
    if (value !== undefined) this.#taken.add(path.map(pointerStep).join(''));
    return value;
  }

  /** Takes a non-empty text (a number is written out); anything else stays untaken and comes out as unmapped. */
  text(...path: Path): string | undefined {
    const value = this.peek(...path);
    if (typeof value !== 'number' && (typeof value !== 'string' || value === '')) return undefined;
    this.take(...path);
    return String(value);
  }

  /** Takes a finite number. */
  number(...path: Path): number | undefined {
    return typeof this.peek(...path) === 'number' ? (this.take(...path) as number) : undefined;
  }

  /** Takes a boolean, or the texts "true" and "false". */
  flag(...path: Path): boolean | undefined {
    const value = this.peek(...path);
    if (typeof value !== 'boolean' && value !== 'true' && value !== 'false') return undefined;
    this.take(...path);
    return value === true || value === 'true';
  }

  /** Takes a list whose items are all texts. */
  texts(...path: Path): readonly string[] | undefined {
    const value = this.peek(...path);
    const whole = Array.isArray(value) && value.every((item) => typeof item === 'string');
    return whole ? (this.take(...path) as readonly string[]) : undefined;
  }

  object(...path: Path): JsonObject | undefined {
    const value = this.peek(...path);
    return isObject(value) ? value : undefined;
  }

  /** Leaves taken and not taken, and the untaken ones as a tree that resolves the same pointers. */
  settle(): { kept: string[]; unmapped: string[]; rest: Json | undefined } {
    const kept: string[] = [];
    const unmapped: string[] = [];
    const rest = this.#untaken(this.root, '', { kept, unmapped });
    return { kept, unmapped, rest };
  }

  #untaken(value: Json, pointer: string, lists: { kept: string[]; unmapped: string[] }): Json | undefined {
    if (this.#taken.has(pointer)) {
      leavesOf(value, pointer, lists.kept);
      return undefined;
    }
    if (typeof value !== 'object' || value === null || Object.keys(value).length === 0) {
      lists.unmapped.push(pointer);
      return value;
    }
    const out: Record<string, Json> = {};
    for (const [key, item] of Object.entries(value as JsonObject)) {
      const left = this.#untaken(item, pointer + pointerStep(key), lists);
      if (left !== undefined) out[key] = left;
    }
    if (Array.isArray(value) && Object.keys(out).length === value.length) return Object.values(out);
    return Object.keys(out).length > 0 ? out : undefined;
  }
}

/** Appends the pointers of a value's leaves, in document order. */
export function leavesOf(value: Json, pointer: string, into: string[]): void {
  const keys = typeof value === 'object' && value !== null ? Object.keys(value) : [];
  if (keys.length === 0) into.push(pointer);
  for (const key of keys) leavesOf((value as JsonObject)[key] ?? null, pointer + pointerStep(key), into);
}
