import { timeMsOf } from './event-parts.ts';
import { isIpAddress } from './ip-address.ts';
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

  /** The text at a path, not taken; undefined where there is none or an empty one. */
  peekText(...path: Path): string | undefined {
    const value = this.peek(...path);
    return typeof value === 'string' && value !== '' ? value : undefined;
  }

  /** Takes the whole value at a path. */
  take(...path: Path): Json | undefined {
    const value = this.peek(...path);
    if (value !== undefined) this.#taken.add(path.map(pointerStep).join(''));
    return value;
  }

  /**
   * Takes a non-empty text (a number is written out, unless it is beyond 2^53, where different ones read alike); anything else stays
   * untaken and comes out as unmapped.
   */
  text(...path: Path): string | undefined {
    const value = this.peek(...path);
    const text = typeof value === 'number' && Math.abs(value) <= Number.MAX_SAFE_INTEGER ? String(value) : value;
    if (typeof text !== 'string' || text === '') return undefined;
    this.take(...path);
    return text;
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

  /** Takes a time, as ms; what is none stays untaken. */
  time(...path: Path): number | undefined {
    const timeMs = timeMsOf(this.peek(...path));
    if (timeMs !== undefined) this.take(...path);
    return timeMs;
  }

  /** Takes an IP address. */
  ip(...path: Path): string | undefined {
    const value = this.peek(...path);
    return typeof value === 'string' && isIpAddress(value) ? this.text(...path) : undefined;
  }

  /** Takes a list whose items are all texts. */
  texts(...path: Path): readonly string[] | undefined {
    const value = this.peek(...path);
    const whole = Array.isArray(value) && value.every((item) => typeof item === 'string');
    return whole ? (this.take(...path) as readonly string[]) : undefined;
  }

  /** What `read` makes of each item of a list, given the item's path; what comes out empty is left out, and undefined where nothing is left. */
  each<T extends object>(path: Path, read: (...at: Path) => T): readonly T[] | undefined {
    const list = this.peek(...path);
    const out = Array.isArray(list) ? list.map((_, at) => read(...path, at)) : [];
    const some = out.filter((one) => Object.keys(one).length > 0);
    return some.length > 0 ? some : undefined;
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
