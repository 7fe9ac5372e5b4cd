/**
 * One pattern. Its time must be linear in the text: no repetition inside a repetition, and an open repetition only behind a look-behind
 * that excludes its own characters, so that no run is read twice (a spec reads the sources).
 */
export interface PatternRule {
  /** Name of the rule. */
  readonly rule: string;
  readonly type: string;
  /** Lower-case literals, one of which must occur before the pattern is tried. Empty: always tried. */
  readonly keywords: readonly string[];
  /** With flags `g` or `gi`. The group `value`, if there is one, is what is found; else the whole match. */
  readonly pattern: RegExp;
  readonly confidence: number;
  /** What the pattern cannot say: checksums, entropy, placeholders. */
  readonly accept?: (value: string, match: RegExpExecArray) => boolean;
}

export interface PatternMatch {
  readonly rule: PatternRule;
  readonly start: number;
  readonly end: number;
}

/** Every match of every rule whose keywords occur. */
export function matches(text: string, rules: readonly PatternRule[]): PatternMatch[] {
  const folded = text.toLowerCase();
  return rules
    .filter((rule) => rule.keywords.length === 0 || rule.keywords.some((keyword) => folded.includes(keyword)))
    .flatMap((rule) => matchesOf(text, rule));
}

function matchesOf(text: string, rule: PatternRule): PatternMatch[] {
  const found: PatternMatch[] = [];
  for (const match of text.matchAll(rule.pattern)) {
    const value = match.groups?.['value'] ?? match[0];
    if (rule.accept && !rule.accept(value, match)) continue;
    const start = match.index + match[0].lastIndexOf(value);
    found.push({ rule, start, end: start + value.length });
  }
  return found;
}
