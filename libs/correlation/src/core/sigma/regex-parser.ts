/** Whether a character (a UTF-16 code unit) belongs. */
export type CharTest = (code: number) => boolean;

/** Syntax tree of the regular expressions that rules may use: what a finite automaton can do (Sigma 2.1 asks for no more). */
export type RegexNode =
  | { readonly kind: 'char'; readonly test: CharTest }
  | { readonly kind: 'assert'; readonly what: 'start' | 'end' | 'word' | 'notWord' }
  | { readonly kind: 'all'; readonly parts: readonly RegexNode[] }
  | { readonly kind: 'any'; readonly parts: readonly RegexNode[] }
  | { readonly kind: 'repeat'; readonly part: RegexNode; readonly min: number; readonly max: number };

export interface RegexFlags {
  readonly ignoreCase: boolean;
  readonly dotAll: boolean;
}

/** What is wrong with a pattern, for the caller to put into its own error. */
export class RegexFault extends Error {}

const inRange =
  (from: number, to: number): CharTest =>
  (code) =>
    code >= from && code <= to;
const either =
  (...tests: readonly CharTest[]): CharTest =>
  (code) =>
    tests.some((test) => test(code));
const not =
  (test: CharTest): CharTest =>
  (code) =>
    !test(code);
export const isDigit = inRange(48, 57);
export const isWord: CharTest = either(isDigit, inRange(65, 90), inRange(97, 122), (code) => code === 95);
const isSpace: CharTest = (code) => /\s/.test(String.fromCharCode(code));
const CLASSES: Readonly<Record<string, CharTest>> = {
  d: isDigit,
  D: not(isDigit),
  w: isWord,
  W: not(isWord),
  s: isSpace,
  S: not(isSpace),
  h: (code) => code === 9 || code === 32,
};
const CONTROLS: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, f: 12, v: 11, a: 7, e: 27, 0: 0 };
const POSIX: Readonly<Record<string, CharTest>> = {
  alpha: either(inRange(65, 90), inRange(97, 122)),
  digit: isDigit,
  alnum: either(isDigit, inRange(65, 90), inRange(97, 122)),
  space: isSpace,
  upper: inRange(65, 90),
  lower: inRange(97, 122),
  xdigit: either(isDigit, inRange(65, 70), inRange(97, 102)),
  word: isWord,
};
const MAX_NESTING = 60;
export const MAX_REPEAT = 1_000;

/** Assertions that are written as an escape. */
const ASSERTIONS: Readonly<Record<string, Extract<RegexNode, { kind: 'assert' }>['what']>> = {
  b: 'word',
  B: 'notWord',
  A: 'start',
  z: 'end',
  Z: 'end',
};

/** Bounds of `{low,high}`; a high that is left out is none. */
function repetition(written: string, low: string | undefined, high: string | undefined): readonly [number, number] {
  const min = Number(low);
  const max = high === '' ? Infinity : Number(high);
  if (min > MAX_REPEAT || (max !== Infinity && max > MAX_REPEAT) || max < min)
    throw new RegexFault(`repetition ${written} is not between 0 and ${MAX_REPEAT}`);
  return [min, max];
}

export class RegexParser {
  #at = 0;
  #depth = 0;

  constructor(
    readonly pattern: string,
    readonly flags: RegexFlags,
  ) {}

  parse(): RegexNode {
    const node = this.#alternatives();
    if (this.#at < this.pattern.length) throw new RegexFault(`unexpected "${this.pattern[this.#at]}" at ${this.#at}`);
    return node;
  }

  #peek(): string {
    return this.pattern[this.#at] ?? '';
  }

  #alternatives(): RegexNode {
    if (++this.#depth > MAX_NESTING) throw new RegexFault(`groups nested deeper than ${MAX_NESTING}`);
    const parts = [this.#sequence()];
    while (this.#peek() === '|') {
      this.#at += 1;
      parts.push(this.#sequence());
    }
    this.#depth -= 1;
    return parts.length === 1 && parts[0] ? parts[0] : { kind: 'any', parts };
  }

  #sequence(): RegexNode {
    const parts: RegexNode[] = [];
    while (this.#at < this.pattern.length && this.#peek() !== '|' && this.#peek() !== ')')
      parts.push(this.#quantified(this.#atom()));
    return { kind: 'all', parts };
  }

  #quantified(atom: RegexNode): RegexNode {
    let node = atom;
    for (let bounds = this.#bounds(); bounds; bounds = this.#bounds()) {
      node = { kind: 'repeat', part: node, min: bounds[0], max: bounds[1] };
      if (this.#peek() === '?' || this.#peek() === '+') this.#at += 1; // lazy or possessive: the same set of texts, for a test
    }
    return node;
  }

  #bounds(): readonly [number, number] | null {
    const simple = { '*': [0, Infinity], '+': [1, Infinity], '?': [0, 1] }[this.#peek()] as
      [number, number] | undefined;
    if (simple) {
      this.#at += 1;
      return simple;
    }
    const match = /^\{(\d*)(,(\d*))?\}/.exec(this.pattern.slice(this.#at, this.#at + 24));
    if (!match || (match[1] === '' && !match[3])) return null;
    this.#at += match[0].length;
    return repetition(match[0], match[1], match[2] === undefined ? match[1] : match[3]);
  }

  #atom(): RegexNode {
    const char = this.#peek();
    this.#at += 1;
    switch (char) {
      case '(':
        return this.#group();
      case '[':
        return this.#char(this.#class());
      case '.':
        return { kind: 'char', test: this.flags.dotAll ? () => true : (code) => code !== 10 && code !== 13 };
      case '^':
        return { kind: 'assert', what: 'start' };
      case '$':
        return { kind: 'assert', what: 'end' };
      case '\\':
        return this.#escape();
      default:
        return this.#plain(char);
    }
  }

  #plain(char: string): RegexNode {
    if (/[*+?]/.test(char)) throw new RegexFault(`nothing to repeat before "${char}" at ${this.#at - 1}`);
    return this.#literal(char.charCodeAt(0));
  }

  #group(): RegexNode {
    const special = /^\?(:|P?<[A-Za-z_]\w*>|[=!]|<[=!]|>|[a-z]+\)|[a-z]*:)/.exec(
      this.pattern.slice(this.#at, this.#at + 80),
    );
    if (this.#peek() === '?') {
      if (!special || /^\?(<?[=!]|[a-z]+\))/.test(special[0]))
        throw new RegexFault('look-around and flags inside a pattern are not supported');
      this.#at += special[0].length;
    }
    const node = this.#alternatives();
    if (this.#peek() !== ')') throw new RegexFault('a closing parenthesis is missing');
    this.#at += 1;
    return node;
  }

  #escape(): RegexNode {
    const char = this.#peek();
    this.#at += 1;
    const what = Object.hasOwn(ASSERTIONS, char) ? ASSERTIONS[char] : undefined;
    if (what) return { kind: 'assert', what };
    if (char === '') throw new RegexFault('a backslash at the end');
    if (/[1-9]/.test(char) || char === 'k') throw new RegexFault('back-references are not supported');
    if (Object.hasOwn(CLASSES, char)) return this.#char(CLASSES[char] ?? isWord);
    return this.#literal(this.#escaped(char));
  }

  #escaped(char: string): number {
    const hex = { x: /^[0-9a-fA-F]{2}/, u: /^[0-9a-fA-F]{4}/ }[char]?.exec(this.pattern.slice(this.#at, this.#at + 4));
    if (hex) {
      this.#at += hex[0].length;
      return Number.parseInt(hex[0], 16);
    }
    if (/[pPXRGKQEC]/.test(char)) throw new RegexFault(`\\${char} is not supported`);
    return Object.hasOwn(CONTROLS, char) ? (CONTROLS[char] ?? 0) : char.charCodeAt(0);
  }

  #class(): CharTest {
    const negated = this.#peek() === '^';
    if (negated) this.#at += 1;
    const tests: CharTest[] = [];
    for (let first = true; this.#peek() !== ']' || first; first = false) {
      if (this.#at >= this.pattern.length) throw new RegexFault('a closing bracket is missing');
      tests.push(this.#classItem());
    }
    this.#at += 1;
    const test = this.#folded(either(...tests));
    return negated ? not(test) : test;
  }

  #classItem(): CharTest {
    const posix = /^\[:(\w+):\]/.exec(this.pattern.slice(this.#at, this.#at + 12));
    if (posix) {
      this.#at += posix[0].length;
      return POSIX[posix[1] ?? ''] ?? isWord;
    }
    const from = this.#classChar();
    if (typeof from !== 'number') return from;
    if (this.#peek() !== '-' || this.pattern[this.#at + 1] === ']' || this.#at + 1 >= this.pattern.length)
      return inRange(from, from);
    this.#at += 1;
    const to = this.#classChar();
    if (typeof to !== 'number') return either(inRange(from, from), inRange(45, 45), to);
    if (to < from) throw new RegexFault('a range out of order in a class');
    return inRange(from, to);
  }

  #classChar(): number | CharTest {
    const char = this.#peek();
    this.#at += 1;
    if (char !== '\\') return char.charCodeAt(0);
    const escaped = this.#peek();
    this.#at += 1;
    if (escaped === 'b') return 8;
    return Object.hasOwn(CLASSES, escaped) ? (CLASSES[escaped] ?? isWord) : this.#escaped(escaped);
  }

  #literal(code: number): RegexNode {
    return this.#char(inRange(code, code));
  }

  #char(test: CharTest): RegexNode {
    return { kind: 'char', test: this.#folded(test) };
  }

  #folded(test: CharTest): CharTest {
    if (!this.flags.ignoreCase) return test;
    return (code) => {
      const char = String.fromCharCode(code);
      return test(code) || test(char.toLowerCase().charCodeAt(0)) || test(char.toUpperCase().charCodeAt(0));
    };
  }
}
