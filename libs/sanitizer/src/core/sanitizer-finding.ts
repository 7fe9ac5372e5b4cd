export const CATEGORIES = ['secret', 'pii', 'injection'] as const;
export type Category = (typeof CATEGORIES)[number];

/** Where a text comes from: what is an order from a user is an attack inside a tool's output. */
export const TEXT_SOURCES = ['user', 'document', 'tool_output'] as const;
export type TextSource = (typeof TEXT_SOURCES)[number];

/** One thing found. Offsets are UTF-16 code units of the text that was given, half-open, whatever was decoded to see it. */
export interface SanitizerFinding {
  readonly category: Category;
  /** What it is: `aws_access_key_id`, `credit_card`, `override`... */
  readonly type: string;
  /** Which rule saw it. */
  readonly rule: string;
  readonly start: number;
  readonly end: number;
  /** 0..1: how sure the rule is. */
  readonly confidence: number;
}

/** Who wrote a text, from the most to the least trusted. */
export const ORIGINS = ['operator', 'user', 'document', 'tool', 'web'] as const;
export type Origin = (typeof ORIGINS)[number];

/** The label that a text carries from where it came in to where it is used. Mixing texts gives the label of the least trusted. */
export interface Provenance {
  readonly origin: Origin;
  /** Which tool or page: `platform:risk-findings.get`. */
  readonly name?: string;
  /** Ledger entry that the text came with. */
  readonly entry?: string;
}

/** The label of something made from several: the least trusted origin wins. */
export function leastTrusted(first: Provenance, ...others: readonly Provenance[]): Provenance {
  return others.reduce(
    (worst, each) => (ORIGINS.indexOf(each.origin) > ORIGINS.indexOf(worst.origin) ? each : worst),
    first,
  );
}

/** How a text of an origin is scanned. */
export function sourceOf(origin: Origin): TextSource {
  if (origin === 'operator' || origin === 'user') return 'user';
  return origin === 'document' ? 'document' : 'tool_output';
}
