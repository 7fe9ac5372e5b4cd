import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compileRules } from '../index.ts';
import { linearRegex } from './linear-regex.ts';
import { patternTest } from './wildcard.ts';

const atom = fc.constantFrom(
  'a',
  'b',
  'c',
  '.',
  '\\d',
  '\\w',
  '\\s',
  '[ab]',
  '[^a]',
  '[a-c1]',
  '\\.',
  '1',
  ' ',
  '^',
  '$',
  '\\b',
  '\\B',
  '[\\d-]',
);
const quantifier = fc.constantFrom('', '', '', '*', '+', '?', '{2}', '{1,2}', '{2,}', '*?', '+?');
const pattern = fc.letrec<{ node: string }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3 },
    fc.tuple(atom, quantifier).map(([a, q]) => (/[\^$]|\\b|\\B/.test(a) && !a.startsWith('[') ? a : a + q)),
    fc.tuple(tie('node'), tie('node')).map(([a, b]) => a + b),
    fc.tuple(tie('node'), tie('node')).map(([a, b]) => `(?:${a}|${b})`),
    fc.tuple(tie('node'), quantifier).map(([a, q]) => `(${a})${q}`),
  ),
})).node;
const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '1', '2', ' ', '.', '-', 'A'), maxLength: 8 });

describe('linearRegex', () => {
  it('answers as the JavaScript engine does, for patterns that both take', () => {
    fc.assert(
      fc.property(pattern, text, fc.boolean(), (source, value, ignoreCase) => {
        const flags = ignoreCase ? 'i' : '';
        expect(linearRegex(source, flags)(value)).toBe(new RegExp(source, flags).test(value));
      }),
      { numRuns: 2_000 },
    );
  });

  it('takes time in proportion to pattern times text where going back would never end', () => {
    const evil = linearRegex('^(a|a|aa)*(a+)+(.*)*$x', '');
    expect(evil('a'.repeat(5_000))).toBe(false); // a backtracking engine needs more steps than there are atoms
  });

  it.each([
    ['m', '^b', 'a\nb', true],
    ['', '^b', 'a\nb', false],
    ['', 'a.b', 'a\nb', false],
    ['s', 'a.b', 'a\nb', true],
    ['', 'a$', 'a\n', true],
    ['', '\\Aab\\z', 'ab', true],
    ['', '[[:alpha:]]+[[:digit:]]', 'x1', true],
    ['', '(?P<n>a)(?<m>b)', 'ab', true],
    ['', '\\x41\\u0042\\t', 'AB\t', true],
    ['', '[]a]', ']', true],
    ['', 'a{,2}b', 'aab', true],
    ['', '(?>a)b', 'ab', true],
    ['', 'a++b', 'aab', true],
    ['', '[\\b]', '\b', true],
    ['', 'x{y', 'x{y', true],
    ['', '[a-\\d]', '-', true],
    ['', '\\h', '\t', true],
  ])('with flags "%s", %s on %j is %s', (flags, source, value, expected) => {
    expect(linearRegex(source, flags)(value)).toBe(expected);
  });
});

describe('patternTest', () => {
  it('answers as the regular expression of the same meaning does', () => {
    const piece = fc.constantFrom('a', 'b', '*', '?', '.', 'ab');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 6 }), text, (pieces, value) => {
        const meaning = pieces
          .map((one) => (one === '*' ? '.*' : one === '?' ? '.' : one.replace('.', '\\.')))
          .join('');
        const test = patternTest(pieces.join(''), { cased: false, before: false, after: false });
        expect(test(value)).toBe(new RegExp(`^${meaning}$`, 'is').test(value));
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('compileRules', () => {
  it('either compiles or says what is wrong with a code, whatever the text', () => {
    const junk = fc.oneof(
      fc.string(),
      fc.json(),
      fc.object().map((value) => JSON.stringify({ title: 't', detection: value })),
    );
    fc.assert(
      fc.property(junk, (value) => {
        try {
          expect(typeof compileRules([value]).version).toBe('string');
        } catch (error) {
          expect((error as { code?: string }).code).toMatch(/^correlation\./);
        }
      }),
    );
  });
});
