/** A piece of a Sigma pattern: literal text, any one character, or any run of characters. */
type Token = string | typeof ONE | typeof ANY;
const ONE = Symbol('?');
const ANY = Symbol('*');

export type TextTest = (value: string) => boolean;
export interface PatternOptions {
  readonly cased: boolean;
  readonly before: boolean;
  readonly after: boolean;
}

/**
 * A Sigma pattern: `*` any run, `?` any one character, a backslash takes the special meaning of `*`, `?` and `\` away and is itself
 * before anything else. `before`/`after` add a `*` there (contains, endswith, startswith). Time is bounded by pattern times text.
 */
export function patternTest(pattern: string, options: PatternOptions): TextTest {
  const fold = (text: string) => (options.cased ? text : text.toLowerCase());
  const tokens = [
    ...(options.before ? [ANY] : []),
    ...tokenize(fold(pattern)),
    ...(options.after ? [ANY] : []),
  ] as Token[];
  const literal = plainText(tokens);
  if (literal !== null) return shortcut(literal, tokens, fold);
  return (value) => glob(tokens, fold(value));
}

function tokenize(pattern: string): Token[] {
  const tokens: Token[] = [];
  let text = '';
  const flush = () => {
    if (text !== '') tokens.push(text);
    text = '';
  };
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern[at] ?? '';
    const next = pattern[at + 1];
    if (char === '\\' && (next === '*' || next === '?' || next === '\\')) {
      text += next;
      at += 1;
    } else if (char === '*' || char === '?') {
      flush();
      tokens.push(char === '*' ? ANY : ONE);
    } else text += char;
  }
  flush();
  return tokens;
}

/** The literal in the middle when the only wildcards are `*` at the ends; null otherwise. */
function plainText(tokens: readonly Token[]): string | null {
  const from = tokens[0] === ANY ? 1 : 0;
  const to = tokens.length > from && tokens.at(-1) === ANY ? tokens.length - 1 : tokens.length;
  const middle = tokens.slice(from, to);
  if (middle.length === 0) return '';
  return middle.length === 1 && typeof middle[0] === 'string' ? middle[0] : null;
}

function shortcut(literal: string, tokens: readonly Token[], fold: (text: string) => string): TextTest {
  const before = tokens[0] === ANY;
  const after = tokens.length > 0 && tokens.at(-1) === ANY;
  if (before && after) return (value) => fold(value).includes(literal);
  if (before) return (value) => fold(value).endsWith(literal);
  if (after) return (value) => fold(value).startsWith(literal);
  return (value) => fold(value) === literal;
}

/** Wildcard match that goes back only to the last `*`. */
function glob(tokens: readonly Token[], value: string): boolean {
  const pattern = tokens.flatMap<Token>((token) => (typeof token === 'string' ? units(token) : [token]));
  let at = 0;
  let star = -1;
  let mark = 0;
  let p = 0;
  while (at < value.length) {
    const token = pattern[p];
    if (token === ANY) {
      star = p++;
      mark = at;
    } else if (token === ONE || token === value[at]) {
      p += 1;
      at += 1;
    } else if (star >= 0) {
      p = star + 1;
      at = ++mark;
    } else return false;
  }
  while (pattern[p] === ANY) p += 1;
  return p === pattern.length;
}

/** The UTF-16 code units of a text, each a text of its own. */
const units = (text: string): string[] => Array.from({ length: text.length }, (_, at) => text[at] ?? '');
