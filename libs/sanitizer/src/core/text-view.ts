/**
 * A text as a scanner sees it, and where each of its code units stood in the text that was given. `whole`: the view was decoded from
 * one run, so that anything found in it stands for the whole run.
 */
export interface TextView {
  readonly text: string;
  /** Decoding steps between the given text and this one. */
  readonly depth: number;
  /** Span of the given text that the view's code units [start, end) came from. */
  span(start: number, end: number): { readonly start: number; readonly end: number };
}

/** The given text itself. */
export const identityView = (text: string): TextView => ({ text, depth: 0, span: (start, end) => ({ start, end }) });

/** What was decoded from the units [start, end) of `parent`. */
export function decodedView(parent: TextView, text: string, start: number, end: number): TextView {
  const whole = parent.span(start, end);
  return { text, depth: parent.depth + 1, span: () => whole };
}

// Zero-width and joiner characters, soft hyphen, bidirectional controls, variation selectors, byte order mark.
const INVISIBLE: readonly (readonly [number, number])[] = [
  [0xad, 0xad],
  [0x34f, 0x34f],
  [0x61c, 0x61c],
  [0x115f, 0x1160],
  [0x17b4, 0x17b5],
  [0x180b, 0x180e],
  [0x200b, 0x200f],
  [0x202a, 0x202e],
  [0x2060, 0x206f],
  [0xfe00, 0xfe0f],
  [0xfeff, 0xfeff],
  [0xe0100, 0xe01ef],
];
const TAG_BASE = 0xe0000;
const PLAIN = /^[\n\r\t\x20-\x7e]*$/;

/** Letters of other scripts that pass for Latin ones. */
const LOOKALIKES: Readonly<Record<string, string>> = {
  а: 'a',
  е: 'e',
  о: 'o',
  р: 'p',
  с: 'c',
  у: 'y',
  х: 'x',
  і: 'i',
  ј: 'j',
  ѕ: 's',
  ԁ: 'd',
  һ: 'h',
  ӏ: 'l',
  к: 'k',
  т: 't',
  м: 'm',
  в: 'b',
  н: 'h',
  А: 'A',
  В: 'B',
  Е: 'E',
  К: 'K',
  М: 'M',
  Н: 'H',
  О: 'O',
  Р: 'P',
  С: 'C',
  Т: 'T',
  У: 'Y',
  Х: 'X',
  І: 'I',
  Ј: 'J',
  Ѕ: 'S',
  α: 'a',
  ο: 'o',
  ν: 'v',
  ρ: 'p',
  ι: 'i',
  κ: 'k',
  τ: 't',
  υ: 'u',
  χ: 'x',
  Α: 'A',
  Β: 'B',
  Ε: 'E',
  Ζ: 'Z',
  Η: 'H',
  Ι: 'I',
  Κ: 'K',
  Μ: 'M',
  Ν: 'N',
  Ο: 'O',
  Ρ: 'P',
  Τ: 'T',
  Υ: 'Y',
  Χ: 'X',
  ı: 'i',
  '‘': "'",
  '’': "'",
  '“': '"',
  '”': '"',
  '‐': '-',
  '‑': '-',
  '–': '-',
  '—': '-',
};

/** What one code point looks like to a reader; invisible ones are nothing, tag characters the ASCII that they smuggle. */
function plainOf(char: string): string {
  const code = char.codePointAt(0) as number;
  if (code < 0x80) return char;
  if (code > TAG_BASE && code <= TAG_BASE + 0x7f) return String.fromCodePoint(code - TAG_BASE);
  if (INVISIBLE.some(([first, last]) => code >= first && code <= last)) return '';
  // decomposed, so that accents fall away: `révéál` reads as `reveal`
  return LOOKALIKES[char] ?? char.normalize('NFKD').replaceAll(/[\u{300}-\u{36f}]/gu, '');
}

/** The text without disguise, with its map back; null where there is none. One pass. */
export function undisguisedView(text: string): TextView | null {
  if (PLAIN.test(text)) return null;
  const starts: number[] = [];
  const ends: number[] = [];
  let plain = '';
  let at = 0;
  for (const char of text) {
    const shown = plainOf(char);
    for (let unit = 0; unit < shown.length; unit++) {
      starts.push(at);
      ends.push(at + char.length);
    }
    plain += shown;
    at += char.length;
  }
  if (plain === text) return null;
  const span = (start: number, end: number) => ({ start: starts[start] ?? at, end: ends[end - 1] ?? at });
  return { text: plain, depth: 0, span };
}
