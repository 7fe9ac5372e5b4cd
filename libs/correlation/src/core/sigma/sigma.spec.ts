import { isDmitryError } from '@dmitry/kit';
import { describe, expect, it } from '@jest/globals';
import { compileRules, type CorrelationEvent, MODIFIERS } from '../index.ts';
import { eventOf } from '../../../test/support/events.ts';
import { cidrTest } from './cidr.ts';

/** Whether a rule with these selections and condition matches a record. */
function hit(
  selections: Record<string, unknown>,
  record: Record<string, unknown>,
  condition = 'sel',
  event: Partial<CorrelationEvent> = {},
): boolean {
  const text = JSON.stringify({ title: 'r', detection: { ...selections, condition } });
  return compileRules([text]).match({ ...eventOf('e', 1, record), ...event }).length === 1;
}
function codeOf(text: unknown): string {
  try {
    compileRules([typeof text === 'string' ? text : JSON.stringify(text)]);
  } catch (error) {
    if (isDmitryError(error)) return `${error.code} ${error.message}`;
    throw error;
  }
  return 'compiled';
}
const withField = (key: string, value: unknown) => ({
  title: 'r',
  detection: { sel: { [key]: value }, condition: 'sel' },
});

describe('fields', () => {
  it.each([
    ['a nested field', { 'a.b': 'x' }, { a: { b: 'x' } }, true],
    ['a field whose name has dots', { 'a.b': 'x' }, { 'a.b': 'x' }, true],
    ['any item of a list on the way', { 'a.b': 'x' }, { a: [{ b: 'y' }, { b: 'x' }] }, true],
    ['any value of a list', { a: 'x' }, { a: ['y', 'x'] }, true],
    ['a number by its text', { a: 22 }, { a: '22' }, true],
    ['true by its text', { a: true }, { a: 'True' }, true],
    ['an object by its JSON text', { 'a|contains': '"b":1' }, { a: { b: 1 } }, true],
    ['no field at all as null', { a: null }, { b: 1 }, true],
    ['null as null', { a: null }, { a: null }, true],
    ['a value not as null', { a: null }, { a: '' }, false],
    ['an empty text', { a: '' }, { a: '' }, true],
    ['nothing on the prototype', { constructor: '*' }, {}, false],
    ['no number for a text field that is missing', { a: 'x' }, {}, false],
  ])('finds %s', (_, sel, record, expected) => {
    expect(hit({ sel }, record)).toBe(expected);
  });

  it('of a record nested deeper than the stack are not looked at, and nothing throws', () => {
    const nested = (open: string, close: string) =>
      JSON.parse(`${open.repeat(20_000)}1${close.repeat(20_000)}`) as unknown;
    const record = {
      list: nested('[', ']'),
      object: nested('{"a":', '}'),
      a: nested('[{"b":', '}]'),
      shallow: [[['x']]],
    };
    for (const field of ['list', 'object', 'a', 'a.b', 'list.x', 'object.a'])
      expect(hit({ sel: { [field]: 1 } }, record)).toBe(false);
    expect(hit({ sel: ['nowhere'] }, record)).toBe(false);
    expect(hit({ sel: { shallow: 'x' } }, record)).toBe(true);
  });

  it('are looked up in the OCSF event where the record has none', () => {
    const event = {
      class_uid: 1,
      category_uid: 1,
      activity_id: 1,
      type_uid: 1,
      time: 1,
      severity_id: 1,
      metadata: { version: '1', product: { name: 'p' } },
    };
    expect(hit({ sel: { class_uid: 1 } }, {}, 'sel', { event })).toBe(true);
  });
});

describe('values and modifiers', () => {
  it.each([
    ['case is ignored', { a: 'FOO' }, 'foo', true],
    ['cased is not', { 'a|cased': 'FOO' }, 'foo', false],
    ['a star is any run', { a: 'a*z' }, 'abcz', true],
    ['a star is also nothing', { a: 'a*z' }, 'az', true],
    ['a question mark is one character', { a: 'a?c' }, 'ac', false],
    ['stars and marks together', { a: '*b?d*e' }, 'xxbcdyyye', true],
    ['an escaped star is a star', { a: 'a\\*' }, 'ab', false],
    ['an escaped star matches itself', { a: 'a\\*' }, 'a*', true],
    ['a backslash is itself', { a: 'c:\\win' }, 'C:\\win', true],
    ['two backslashes are one', { a: '\\\\srv' }, '\\srv', true],
    ['a trailing wildcard', { a: 'cmd*' }, 'cmd.exe', true],
    ['contains', { 'a|contains': 'b' }, 'abc', true],
    ['startswith', { 'a|startswith': 'b' }, 'abc', false],
    ['endswith', { 'a|endswith': 'BC' }, 'abc', true],
    ['contains with a wildcard inside', { 'a|contains': 'b*d' }, 'abcde', true],
    ['any of a list', { a: ['x', 'y'] }, 'y', true],
    ['all of a list', { 'a|contains|all': ['x', 'y'] }, 'y', false],
    ['all of a list, both there', { 'a|contains|all': ['x', 'y'] }, 'yx', true],
    ['a regular expression', { 'a|re': '^a.c$' }, 'abc', true],
    ['a regular expression is cased', { 'a|re': 'A' }, 'a', false],
    ['a regular expression with i', { 'a|re|i': 'A' }, 'a', true],
    ['inline flags', { 'a|re': '(?i)A' }, 'a', true],
    ['a network', { 'a|cidr': '10.0.0.0/8' }, '10.1.2.3', true],
    ['an address with leading zeros is in no network', { 'a|cidr': '0.0.0.0/0' }, '010.1.2.3', false],
    ['greater than', { 'a|gt': 3 }, '3.5', true],
    ['greater than a text', { 'a|gt': 3 }, 'x', false],
    ['less or equal', { 'a|lte': 3 }, 3, true],
    ['exists', { 'a|exists': true }, 'x', true],
    ['does not exist', { 'a|exists': false }, 'x', false],
    ['another value', { 'a|neq': 'x' }, 'y', true],
    ['a missing field has another value', { 'b|neq': 'x' }, 'y', true],
    ['base64', { 'a|base64': 'secret' }, 'c2VjcmV0', true],
    ['base64 within', { 'a|base64|contains': 'sec' }, 'xxc2VjyyY', true],
    [
      'base64 at any offset',
      { 'a|base64offset|contains': 'password' },
      Buffer.from('my password!').toString('base64'),
      true,
    ],
    [
      'base64 of UTF-16',
      { 'a|wide|base64offset|contains': 'IEX' },
      Buffer.from('x IEX y', 'utf16le').toString('base64'),
      true,
    ],
    ['UTF-16, big end first', { 'a|utf16be': 'ab' }, '\0a\0b', true],
    ['UTF-16 with its mark', { 'a|utf16': 'ab' }, '\u00FF\u00FEa\0b\0', true],
    ['UTF-16, little end first', { 'a|utf16le': 'ab' }, 'a\0b\0', true],
    ['a dash of any kind', { 'a|windash|contains': ' -enc' }, 'ps /enc x', true],
  ])('%s', (_, sel, value, expected) => {
    expect(hit({ sel }, { a: value })).toBe(expected);
  });

  it('compares two fields', () => {
    expect(hit({ sel: { 'a|fieldref': 'b' } }, { a: 'X', b: 'x' })).toBe(true);
    expect(hit({ sel: { 'a|fieldref|neq': 'b' } }, { a: 'X', b: 'x' })).toBe(false);
    expect(hit({ sel: { 'a|fieldref': 'b' } }, { a: 'X' })).toBe(false);
  });

  it('refuses a modifier it does not know, by name', () => {
    expect(codeOf(withField('a|expand', '%x%'))).toMatch(/^correlation\.unsupported_modifier .*"expand"/);
    expect(MODIFIERS).toContain('cidr');
  });

  it.each([
    ['a|cidr', 'nonsense'],
    ['a|cidr', '10.0.0.0/33'],
    ['a|gt', 'x'],
    ['a|exists', 'x'],
    ['a', { b: 1 }],
    ['a', []],
  ])('refuses %s with %j', (key, value) => {
    expect(codeOf(withField(key, value))).toMatch(/^correlation\.rule_invalid rule "r", detection\.sel/);
  });

  it.each([
    '(a',
    'a)',
    '[a',
    '*a',
    '(?=a)b',
    '(a)\\1',
    'a{2,1}',
    'a{9999}',
    '\\',
    '(?<!a)b',
    '[b-a]',
    '((a{90}){90}){9}',
    '('.repeat(100),
    '\\pL',
    'a(?i)b',
    '[z',
  ])('refuses the pattern %s', (pattern) => {
    expect(codeOf(withField('a|re', pattern))).toMatch(/^correlation\.regex_unsafe/);
  });
});

describe('selections and conditions', () => {
  it.each([
    ['a list of maps is any of them', { sel: [{ a: 1 }, { b: 2 }] }, 'sel', { b: 2 }, true],
    ['keywords are found anywhere', { sel: ['needle', 'other'] }, 'sel', { x: { y: ['a Needle here'] } }, true],
    ['keywords with all', { sel: { '|all': ['a', 'b'] } }, 'sel', { x: 'a' }, false],
    ['a lone keyword', { sel: 'needle' }, 'sel', { x: 'needle' }, true],
    ['and before or', { p: { a: 1 }, q: { b: 1 }, r: { c: 1 } }, 'p or q and r', { a: 1 }, true],
    ['parentheses', { p: { a: 1 }, q: { b: 1 }, r: { c: 1 } }, '(p or q) and r', { a: 1 }, false],
    ['not', { p: { a: 1 }, q: { b: 1 } }, 'p and not q', { a: 1, b: 1 }, false],
    ['not of parentheses', { p: { a: 1 }, q: { b: 1 } }, 'not (p or q)', { c: 1 }, true],
    ['1 of a pattern', { p1: { a: 1 }, p2: { b: 1 } }, '1 of p*', { b: 1 }, true],
    ['all of a pattern', { p1: { a: 1 }, p2: { b: 1 } }, 'all of p*', { b: 1 }, false],
    ['2 of them', { p: { a: 1 }, q: { b: 1 }, r: { c: 1 } }, '2 of them', { b: 1, c: 1 }, true],
    ['any of them leaves out hidden ones', { p: { a: 1 }, _q: { b: 1 } }, 'any of them', { b: 1 }, false],
    ['words in capitals', { p: { a: 1 }, q: { b: 1 } }, 'p AND NOT q', { a: 1 }, true],
  ])('%s', (_, selections, condition, record, expected) => {
    expect(hit(selections, record, condition)).toBe(expected);
  });

  it('takes a list of conditions as any of them', () => {
    const text = JSON.stringify({ title: 'r', detection: { p: { a: 1 }, q: { b: 1 }, condition: ['p', 'q'] } });
    expect(compileRules([text]).match(eventOf('e', 1, { b: 1 }))).toHaveLength(1);
  });

  it.each([
    '',
    'p and',
    'p q',
    'nope',
    '(p',
    '1 of x*',
    'p | count() > 3',
    'most of them',
    '0 of them',
    `${'not '.repeat(60)}p`,
    '1 of',
  ])('refuses the condition "%s"', (condition) => {
    expect(codeOf({ title: 'r', detection: { p: { a: 1 }, condition } })).toMatch(/^correlation\.rule_invalid/);
  });

  it.each([
    ['not YAML', 'a: [', /YAML/],
    ['not a rule', 'title: x', /neither/],
    ['no title', 'detection: {a: {b: 1}, condition: a}', /title/],
    ['no condition', 'title: x\ndetection: {a: {b: 1}}', /condition/],
    ['an empty selection', 'title: x\ndetection: {a: {}, condition: a}', /empty map/],
    ['an empty list', 'title: x\ndetection: {a: [], condition: a}', /empty list/],
    ['a selection of no kind', 'title: x\ndetection: {a: true, condition: a}', /selection is/],
    ['a level', 'title: x\nlevel: bad\ndetection: {a: {b: 1}, condition: a}', /level must be/],
    [
      'an id twice',
      'id: q\ntitle: x\ndetection: {a: {b: 1}, condition: a}\n---\nid: q\ntitle: y\ndetection: {a: {b: 1}, condition: a}',
      /twice/,
    ],
    ['a window', 'title: x\ndmitry: {window: soon}\ndetection: {a: {b: 1}, condition: a}', /time span/],
    ['a party', 'title: x\ndmitry: {entity: cat}\ndetection: {a: {b: 1}, condition: a}', /must be one of/],
    [
      'aliases that explode',
      'a: &a [1,1,1,1,1,1,1,1,1,1]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c]\ntitle: x\ndetection: {a: {b: 1}, condition: a}',
      /alias/,
    ],
    ['a text that is too long', `title: ${'x'.repeat(2_100_000)}`, /longer/],
  ])('refuses %s, and says where', (_, text, message) => {
    expect(codeOf(text)).toMatch(message);
  });

  it('reads ids, techniques, tactics, author and our additions, and leaves out what does not apply to the log source', () => {
    const ruleset = compileRules([
      'title: My Rule\nauthor: me\nlevel: high\ntags: [attack.t1562.008, attack.defense-evasion, cve.2024-1]\nlogsource: {product: AWS}\nfalsepositives: none\n' +
        'detection: {a: {b: 1}, c: {d: 1}, condition: a}\ndmitry: {entity: target, window: 2h, levels: [{when: c, level: critical}]}\n',
    ]);
    const rule = ruleset.detections[0];
    expect(rule).toMatchObject({
      id: 'my-rule',
      author: 'me',
      techniques: ['T1562.008'],
      tactics: ['defense-evasion'],
      extension: { entity: 'target', windowMs: 7_200_000 },
    });
    const event = eventOf('e', 1, { b: 1, d: 1 });
    expect(rule?.levelOf(event)).toBe('critical');
    expect(rule?.levelOf(eventOf('e', 1, { b: 1 }))).toBe('high');
    expect(ruleset.match({ ...event, logsource: { product: 'aws', service: 's' } })).toHaveLength(1);
    expect(ruleset.match({ ...event, logsource: { product: 'windows' } })).toHaveLength(0);
  });

  it('has one version for the same rules in any order', () => {
    const [a, b] = [
      'title: x\ndetection: {a: {b: 1}, condition: a}',
      'title: y\ndetection: {a: {b: 1}, condition: a}',
    ] as const;
    expect(compileRules([a, b]).version).toBe(compileRules([b, a]).version);
    expect(compileRules([a, b]).version).not.toBe(compileRules([a]).version);
  });
});

describe('networks', () => {
  it.each([
    ['2001:db8::/32', '2001:db8:1::5', true],
    ['2001:db8::/32', '2001:db9::', false],
    ['::ffff:0:0/96', '::ffff:192.0.2.1', true],
    ['10.0.0.0/8', '::1', false],
    ['192.0.2.0/24', 'not an address', false],
    ['::/0', '1::2::3', false],
    ['::/0', ':::', false],
    ['::/0', 'x'.repeat(99) + ':', false],
    ['::/0', '1:2:3:4:5:6:7:8', true],
    ['::/0', '::1.2.3.999', false],
  ])('%s has %s: %s', (network, address, expected) => {
    expect(cidrTest(network)?.(address)).toBe(expected);
  });
});
