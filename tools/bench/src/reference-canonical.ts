/**
 * RFC 8785, written for comparison from its text and nothing else: members by UTF-16 code units (3.2.3), numbers and strings as ECMAScript
 * serialises them (3.2.2).
 */
export function referenceCanonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(referenceCanonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).toSorted(([a], [b]) => compareCodeUnits(a, b));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${referenceCanonical(member)}`).join(',')}}`;
}

function compareCodeUnits(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const difference = a.charCodeAt(at) - b.charCodeAt(at);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

const NUMBERS = [
  0,
  -0,
  1,
  -1,
  0.1,
  1e21,
  1e-7,
  5e-324,
  Number.MAX_VALUE,
  Number.MAX_SAFE_INTEGER,
  333_333_333.333_333_3,
];
const TEXTS = [
  '',
  'a',
  '10',
  '9',
  '01',
  '\u0000',
  '\u001f',
  '"',
  '\\',
  '\\ud800',
  '/',
  '\u2028',
  'é',
  'Ā',
  '€',
  '😀',
  '\ufb33',
  '__proto__',
  'toJSON',
];

/** Random JSON values with everything that makes canonical forms hard; the same for the same seed. */
export function randomValue(seed: number): () => unknown {
  let state = seed >>> 0;
  // xorshift32 (Marsaglia): repeatable, and good enough to mix shapes
  const below = (count: number): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % count;
  };
  const text = (): string => Array.from({ length: below(3) }, () => TEXTS[below(TEXTS.length)]).join('');
  const number = (): number =>
    below(2) === 0 ? (NUMBERS[below(NUMBERS.length)] ?? 0) : (below(2 ** 31) - 2 ** 30) / (1 + below(1_000));
  const scalar = (): unknown => [text, number, () => null, () => below(2) === 0][below(4)]?.();
  const value = (depth: number): unknown => {
    const kind = depth > 4 ? 0 : below(4);
    if (kind === 2) return Array.from({ length: below(5) }, () => value(depth + 1));
    if (kind === 3) return Object.fromEntries(Array.from({ length: below(7) }, () => [text(), value(depth + 1)]));
    return scalar();
  };
  return () => value(0);
}
