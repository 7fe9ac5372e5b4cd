import type { Category, SanitizerFinding } from './sanitizer-finding.ts';

export interface RedactOptions {
  /** What is taken out. Injected orders stay: they are evidence, and the label of their source is what counts. @default secret, pii */
  readonly categories?: readonly Category[];
}

/** One place that was taken out: where it was, and where its marker stands. */
export interface Redaction {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly at: number;
}
export interface Redacted {
  readonly text: string;
  readonly redactions: readonly Redaction[];
}

export const marker = (type: string): string => `[REDACTED:${type}]`;

/** Puts a typed marker where each finding was. Overlapping findings become one place under the type of the first. */
export function redact(
  text: string,
  findings: readonly SanitizerFinding[],
  { categories = ['secret', 'pii'] }: RedactOptions = {},
): Redacted {
  const places = findings
    .filter((each) => categories.includes(each.category) && each.end > each.start)
    .sort((a, b) => a.start - b.start || b.end - a.end);
  const redactions: Redaction[] = [];
  let out = '';
  let done = 0;
  for (const place of places) {
    const last = redactions.at(-1);
    if (last && place.start < done) {
      redactions[redactions.length - 1] = { ...last, end: Math.max(last.end, place.end) };
      done = Math.max(done, place.end);
      continue;
    }
    out += text.slice(done, place.start);
    redactions.push({ type: place.type, start: place.start, end: place.end, at: out.length });
    out += marker(place.type);
    done = place.end;
  }
  return { text: out + text.slice(done), redactions };
}
