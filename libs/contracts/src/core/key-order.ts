/** The keys of an object as RFC 8785 3.2.3 orders them. */
export interface KeyOrder {
  /** As the object has them. */
  readonly keys: readonly string[];
  readonly sorted: readonly string[];
  /** Whether the two differ. */
  readonly moved: boolean;
  /** Whether an object that gets its members in this order also lists them so. */
  readonly sortable: boolean;
}

/** Orders that are remembered: values of a few shapes come again and again, and comparing two texts costs more than finding them equal. */
const PLACES = 256;
/** Objects with more keys are dictionaries more often than shapes. */
const MANY = 24;

const remembered: (KeyOrder | undefined)[] = Array.from({ length: PLACES });

/** @param keys at least one */
export function orderOf(keys: readonly string[]): KeyOrder {
  if (keys.length > MANY) return makeOrder(keys);
  const place = placeOf(keys);
  const known = remembered[place];
  if (known && sameKeys(known.keys, keys)) return known;
  const made = makeOrder(keys);
  remembered[place] = made;
  return made;
}

/** Shapes that meet in one place take it from each other: that costs time and nothing else. */
function placeOf(keys: readonly string[]): number {
  const first = keys[0] as string;
  const last = keys[keys.length - 1] as string;
  return (keys.length * 31 + first.length * 7 + last.length * 13 + first.charCodeAt(0) * 5) & (PLACES - 1);
}

function sameKeys(known: readonly string[], keys: readonly string[]): boolean {
  if (known.length !== keys.length) return false;
  for (let at = 0; at < keys.length; at++) if (known[at] !== keys[at]) return false;
  return true;
}

function makeOrder(keys: readonly string[]): KeyOrder {
  const sorted = keys.toSorted(); // by UTF-16 code units
  const moved = sorted.some((key, at) => key !== keys[at]);
  return { keys, sorted, moved, sortable: !sorted.some(hasPlaceOfItsOwn) };
}

/** Array indices come first in every object, and `__proto__` is no member when it is set. */
const hasPlaceOfItsOwn = (key: string): boolean => key === '__proto__' || /^\d/.test(key);
