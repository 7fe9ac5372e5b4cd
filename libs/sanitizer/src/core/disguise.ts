import type { TextView } from './text-view.ts';

/** Character-by-character disguises keep every place: the map of the view they came from still holds. */
const recoded = (view: TextView, text: string): TextView => ({
  text,
  depth: view.depth + 1,
  span: (start, end) => view.span(start, end),
});

const DIGITS_IN_WORDS = /\b(?:[A-Za-z]{1,20}[0134578]|[0134578]{1,3}[A-Za-z]{1,20})[A-Za-z0134578]{0,20}\b/g;
const LEET: Readonly<Record<string, string>> = { 0: 'o', 3: 'e', 4: 'a', 5: 's', 7: 't', 8: 'b' };
/** `the`, `and`, `all`, `you` with every letter moved by thirteen. */
const ROT13_WORDS = /\b(?:gur|naq|nyy|lbh|lbhe)\b/gi;

/** What a text says when digits stand for letters, or letters for other letters; only where the text itself suggests it. */
export function disguisedViews(view: TextView): TextView[] {
  const views: TextView[] = [];
  if (atLeast(view.text, DIGITS_IN_WORDS, 3)) {
    const letters = view.text.replaceAll(/[034578]/g, (digit) => LEET[digit] ?? digit);
    views.push(recoded(view, letters.replaceAll('1', 'i')), recoded(view, letters.replaceAll('1', 'l')));
  }
  if (atLeast(view.text, ROT13_WORDS, 2)) views.push(recoded(view, view.text.replaceAll(/[A-Za-z]/g, rotated)));
  return views;
}

function atLeast(text: string, pattern: RegExp, count: number): boolean {
  let seen = 0;
  for (const _match of text.matchAll(pattern)) if (++seen >= count) return true;
  return false;
}

function rotated(letter: string): string {
  const base = letter <= 'Z' ? 65 : 97;
  return String.fromCharCode(((letter.charCodeAt(0) - base + 13) % 26) + base);
}
