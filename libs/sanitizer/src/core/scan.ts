import { disguisedViews } from './disguise.ts';
import { type DecodeBudget, decodedViews } from './decode.ts';
import { INJECTION_THRESHOLD, injectionScore, type Sighting, sightings } from './injection.ts';
import { LABELLED_SECRET_RULES } from './labelled-secret-rules.ts';
import { matches, type PatternRule } from './pattern-rule.ts';
import { PII_RULES } from './pii-rules.ts';
import { CATEGORIES, type Category, type SanitizerFinding, type TextSource } from './sanitizer-finding.ts';
import { identityView, type TextView, undisguisedView } from './text-view.ts';
import { FORMED_SECRET_RULES, VENDOR_SECRET_RULES } from './vendor-secret-rules.ts';

export const SECRET_RULES: readonly PatternRule[] = [
  ...FORMED_SECRET_RULES,
  ...VENDOR_SECRET_RULES,
  ...LABELLED_SECRET_RULES,
];

export interface ScanOptions {
  /** @default all */
  readonly categories?: readonly Category[];
  /** @default 'document' */
  readonly source?: TextSource;
  readonly decode?: Partial<DecodeBudget>;
}

export interface ScanResult {
  /** By place, then by size; a place that several rules of a category see is one finding of the surest. */
  readonly findings: readonly SanitizerFinding[];
  readonly verdict: Readonly<Record<Category, boolean>>;
  /** 0..1; the verdict is yes from `INJECTION_THRESHOLD` on. */
  readonly injectionScore: number;
}

/** Looks for secrets, personal data and injected orders: in the text, behind its disguises, and in what is encoded in it. Pure, linear, never throws. */
export function scan(text: string, options: ScanOptions = {}): ScanResult {
  const wanted = new Set(options.categories ?? CATEGORIES);
  const source = options.source ?? 'document';
  const views = viewsOf(text, {
    depth: options.decode?.depth ?? 2,
    units: options.decode?.units ?? text.length + 4_096,
  });
  const findings = views.flatMap((view) => [
    ...(wanted.has('secret') ? found('secret', view, SECRET_RULES) : []),
    ...(wanted.has('pii') ? found('pii', view, PII_RULES) : []),
  ]);
  const readings = wanted.has('injection') ? views.flatMap((view) => [view, ...disguisedViews(view)]) : [];
  const seen = readings.flatMap((view) => sightings(view, source));
  const score = injectionScore(seen);
  const all = settled([...findings, ...seen.filter(({ weight }) => weight >= 0.2).map(findingOf)]);
  const has = (category: Category): boolean => all.some((each) => each.category === category);
  return {
    findings: all,
    verdict: { secret: has('secret'), pii: has('pii'), injection: score >= INJECTION_THRESHOLD },
    injectionScore: score,
  };
}

function viewsOf(text: string, budget: DecodeBudget): TextView[] {
  const given = identityView(text);
  const plain = undisguisedView(text);
  return [given, ...(plain ? [plain] : []), ...decodedViews(plain ?? given, budget)];
}

function found(category: Category, view: TextView, rules: readonly PatternRule[]): SanitizerFinding[] {
  return matches(view.text, rules).map(({ rule, start, end }) => ({
    category,
    type: rule.type,
    rule: rule.rule,
    ...view.span(start, end),
    confidence: rule.confidence,
  }));
}

const findingOf = ({ sign, start, end, weight }: Sighting): SanitizerFinding => ({
  category: 'injection',
  type: sign.type,
  rule: sign.rule,
  start,
  end,
  confidence: Math.round(weight * 100) / 100,
});

/** Overlaps of one category become one finding: the surest names it, and it covers all of them. */
function settled(findings: readonly SanitizerFinding[]): SanitizerFinding[] {
  const sorted = [...findings].sort((a, b) => order(a.category, b.category) || a.start - b.start || b.end - a.end);
  const merged: SanitizerFinding[] = [];
  for (const next of sorted) {
    const last = merged.at(-1);
    if (!last || last.category !== next.category || next.start >= last.end || next.category === 'injection') {
      merged.push(next);
      continue;
    }
    const surer = next.confidence > last.confidence ? next : last;
    merged[merged.length - 1] = { ...surer, start: last.start, end: Math.max(last.end, next.end) };
  }
  return merged.sort((a, b) => a.start - b.start || a.end - b.end || order(a.category, b.category));
}

const order = (a: Category, b: Category): number => CATEGORIES.indexOf(a) - CATEGORIES.indexOf(b);
