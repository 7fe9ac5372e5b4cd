import { INJECTION_SIGNS, type InjectionSign, weightOf } from './injection-rules.ts';
import type { TextSource } from './sanitizer-finding.ts';
import type { TextView } from './text-view.ts';

/** From this score on a text counts as an attack. */
export const INJECTION_THRESHOLD = 0.5;
/** How much of a sign's weight is left when it is talked about rather than said. */
const MENTIONED = 0.3;
/** Something hidden that reads like an order was hidden for a reason. */
const HIDDEN = 1.4;

const OPENING = /["'“‘`«(]\s{0,2}$/;
const TALK =
  /\b(?:quot(?:es?|ed|ing)|phrases?|strings?|examples?|such as|e\.g\.|like|called|titled|attack(?:s|er|ers)?|detect(?:s|ed|ion|ing)?|recogni[sz]e|training|paper|stud(?:y|ies)|research|signature|rule|pattern|payload|sample|article|explain(?:s|ed)?|describe[sd]?|documents?|discuss(?:es|ed)?|how (?:to|do|does|can)|what is|why|blocked|flagged|playbook|report(?:s|ed)?|log(?:s|ged)?|alert|mentions?|appears?|discussion|test(?:s|ed|ing)?|readme|distinguish)\b/i;

export interface Sighting {
  readonly sign: InjectionSign;
  readonly start: number;
  readonly end: number;
  readonly weight: number;
}

/** Signs in one view, each weighed by where the text comes from, whether it was hidden, and whether it is said or quoted. */
export function sightings(view: TextView, source: TextSource): Sighting[] {
  return INJECTION_SIGNS.flatMap((sign) => {
    const base = weightOf(sign, source);
    return base === 0 ? [] : [...view.text.matchAll(sign.pattern)].map((match) => sightingOf(sign, match, view, base));
  });
}

function sightingOf(sign: InjectionSign, match: RegExpExecArray, view: TextView, base: number): Sighting {
  const quoted = !sign.markup && isMentioned(view.text, match.index, match.index + match[0].length);
  const hidden = view.depth > 0 ? HIDDEN : 1;
  return {
    sign,
    ...view.span(match.index, match.index + match[0].length),
    weight: Math.min(1, base * hidden * (quoted ? MENTIONED : 1)),
  };
}

/** Quoted by somebody who talks about it: an opening quote right before, or the words of a report in the same line. */
function isMentioned(text: string, start: number, end: number): boolean {
  const before = text.slice(Math.max(0, start - 80), start);
  const line = before.slice(before.lastIndexOf('\n') + 1);
  const closing = /^[^"'”’`»)\n]{0,60}["'”’`»)]/.test(text.slice(end, end + 61));
  if (OPENING.test(before) && closing) return TALK.test(line) || TALK.test(text.slice(end, end + 80));
  return TALK.test(line.slice(-48)) && !/[.!?:]\s*$/.test(line);
}

/** What several signs make together; a sign seen twice counts once. */
export function injectionScore(seen: readonly Sighting[]): number {
  const strongest = new Map<string, number>();
  for (const { sign, weight } of seen) strongest.set(sign.rule, Math.max(weight, strongest.get(sign.rule) ?? 0));
  const doubt = [...strongest.values()].reduce((left, weight) => left * (1 - weight), 1);
  return Math.round((1 - doubt) * 1_000) / 1_000;
}
