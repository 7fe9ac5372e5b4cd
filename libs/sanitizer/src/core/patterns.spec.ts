import { describe, expect, it } from '@jest/globals';
import { INJECTION_SIGNS, PII_RULES, scan, SECRET_RULES } from './index.ts';

const PATTERNS: [string, string][] = [...SECRET_RULES, ...PII_RULES, ...INJECTION_SIGNS].map(({ rule, pattern }) => [
  rule,
  pattern.source,
]);

/** Literals and classes taken away: what is left is groups, repetitions and alternatives. */
const skeleton = (source: string): string => source.replaceAll(/\\./g, 'a').replaceAll(/\[(?:\\.|[^\]\\])*\]/g, 'a');
const OPEN = /(?:[*+]|\{\d+,\})/;

/** Groups of a skeleton with the repetition that follows each. */
function groups(source: string): { readonly body: string; readonly repeat: string }[] {
  const found: { body: string; repeat: string }[] = [];
  const stack: number[] = [];
  for (let at = 0; at < source.length; at++) {
    if (source[at] === '(') stack.push(at);
    if (source[at] !== ')') continue;
    const repeat = /^(?:[*+?]|\{[^}]*\})/.exec(source.slice(at + 1))?.[0] ?? '';
    found.push({ body: source.slice((stack.pop() ?? 0) + 1, at), repeat });
  }
  return found;
}

describe('time is linear in the text, because every pattern', () => {
  it.each(PATTERNS)('%s repeats nothing openly inside a repetition', (_rule, source) => {
    const repeated = groups(skeleton(source)).filter(({ repeat }) => repeat !== '' && repeat !== '?');
    expect(repeated.filter(({ body }) => OPEN.test(body))).toEqual([]);
  });

  it.each(PATTERNS)('%s reads no run twice: open repetitions stand behind a look-behind', (_rule, source) => {
    expect(!OPEN.test(skeleton(source)) || source.startsWith('(?<!')).toBe(true);
  });
});

describe('rules', () => {
  it('are many enough to name, each once, and cheap to rule out', () => {
    expect(new Set(SECRET_RULES.map((each) => each.rule)).size).toBeGreaterThan(80);
    for (const { rule, keywords, pattern } of SECRET_RULES) {
      expect([rule, keywords.length > 0, pattern.flags.includes('g')]).toEqual([rule, true, true]);
      expect([rule, keywords.filter((each) => each !== each.toLowerCase())]).toEqual([rule, []]);
    }
  });

  it('survive the inputs that made older scanners stand still', () => {
    const hostile = [
      'eyJ',
      'a.',
      'sk-',
      'password=',
      '1 ',
      'A',
      '=',
      '%41',
      '&#65;',
      'ignore all ',
      'i g ',
      '-----BEGIN PRIVATE KEY-----',
      '@a.',
      '://a:',
    ];
    for (const piece of hostile) {
      const text = piece.repeat(Math.ceil(20_000 / piece.length));
      expect(scan(text, { source: 'tool_output' }).findings.every((each) => each.end <= text.length)).toBe(true);
    }
  });
});
