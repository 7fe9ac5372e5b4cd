import {
  INJECTION_THRESHOLD,
  sanitiseValue,
  type TextSource as ScanSource,
  type ValueFinding,
} from '@dmitry/sanitizer';
import type { Guarded, TextGuard, TextSource } from '../core/index.ts';

const SOURCES: Readonly<Record<TextSource, ScanSource>> = {
  case: 'document',
  question: 'user',
  tool: 'tool_output',
  model: 'document',
};

/**
 * The sanitizer as the analyst's guard. Secrets are taken out. Personal data stays: an identity's id is an address as often as not, and a
 * target must be named as it is. Injected orders stay as data and are reported.
 */
export function createSanitizerGuard(): TextGuard {
  return {
    clean(value, source): Guarded {
      const clean = sanitiseValue(value, { categories: ['secret', 'injection'], source: SOURCES[source] });
      const orders = clean.findings.filter((each) => each.category === 'injection');
      return { value: clean.value, redacted: clean.redactedPointers, suspicious: attacks(orders) };
    },
  };
}

/** The rules seen in each string whose signs together reach the threshold: weak signs alone are only words. */
function attacks(orders: readonly ValueFinding[]): Guarded['suspicious'] {
  const byPointer = Map.groupBy(orders, (each) => each.pointer);
  return [...byPointer].flatMap(([pointer, signs]) => {
    const strongest = new Map(
      signs.toSorted((a, b) => a.confidence - b.confidence).map((each) => [each.rule, each.confidence]),
    );
    const doubt = [...strongest.values()].reduce((left, confidence) => left * (1 - confidence), 1);
    return 1 - doubt < INJECTION_THRESHOLD ? [] : [...strongest.keys()].map((rule) => ({ pointer, rule }));
  });
}
