/** A name with its colon, any other text, and what opens, closes and separates: all else is of no account for where an element ends. */
const TOKENS = /"[^"\\]*(?:\\.[^"\\]*)*"(?:\s*:)?|[[\]{},]/g;
const STEP: Readonly<Record<string, number>> = { '[': 1, '{': 1, ']': -1, '}': -1 };

/**
 * The elements of the array that is a member of a JSON object, each exactly as it is written there. Of a member that stands twice the
 * last counts, as for `JSON.parse`.
 * @param text a JSON object that `JSON.parse` takes
 */
export function elementTexts(text: string, member: string): readonly string[] {
  const cutter = new ElementCutter(text, member);
  let depth = 0;
  for (const { 0: token, index } of text.matchAll(TOKENS)) {
    if (depth === 1) cutter.inObject(token, index);
    else if (depth === 2) cutter.inMember(token, index);
    depth += STEP[token] ?? 0;
  }
  return cutter.elements.filter((each) => each !== ''); // an empty array has no element, and no element is empty
}

class ElementCutter {
  elements: string[] = [];
  #named = false;
  /** Where the element begins; null outside of the array. */
  #from: number | null = null;

  constructor(
    private readonly text: string,
    private readonly member: string,
  ) {}

  /** Names, and whatever else stands between the braces of the object itself. */
  inObject(token: string, index: number): void {
    if (token.endsWith(':')) this.#named = JSON.parse(token.slice(0, -1)) === this.member;
    if (!this.#named || token !== '[') return;
    this.elements = [];
    this.#from = index + 1;
  }

  inMember(token: string, index: number): void {
    if (this.#from === null || (token !== ',' && token !== ']')) return;
    this.elements.push(this.text.slice(this.#from, index).trim());
    this.#from = token === ',' ? index + 1 : null;
  }
}
