import { ruleFault, type RulePlace } from '../correlation.errors.ts';
import type { CorrelationEvent } from '../fold-event.ts';
import { cidrTest } from './cidr.ts';
import { ENCODERS } from './encodings.ts';
import { fieldReader, type FieldValue } from './field.ts';
import { linearRegex } from './linear-regex.ts';
import { patternTest } from './wildcard.ts';

/** A compiled part of a rule. */
export type EventTest = (event: CorrelationEvent) => boolean;
type ValueTest = (value: FieldValue) => boolean;

const COMPARISONS: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  lt: (a, b) => a < b,
  lte: (a, b) => a <= b,
  gt: (a, b) => a > b,
  gte: (a, b) => a >= b,
};
const POSITIONS = ['contains', 'startswith', 'endswith'];
const FLAGS = ['i', 'm', 's'];
/** Modifiers that rules may use; another one is refused by name. */
export const MODIFIERS: readonly string[] = [
  ...POSITIONS,
  'all',
  're',
  ...FLAGS,
  'cidr',
  'cased',
  'exists',
  'fieldref',
  'neq',
  ...Object.keys(COMPARISONS),
  ...Object.keys(ENCODERS),
];

/** One `field|modifier…: value(s)` of a selection. */
export function fieldTest(key: string, raw: unknown, place: RulePlace): EventTest {
  const [field = '', ...modifiers] = key.split('|');
  const unknown = modifiers.find((modifier) => !MODIFIERS.includes(modifier));
  if (unknown !== undefined) {
    throw ruleFault(
      'correlation.unsupported_modifier',
      place,
      `modifier "${unknown}" is not supported; use ${MODIFIERS.join(', ')}`,
    );
  }
  const read = fieldReader(field);
  const has = (modifier: string) => modifiers.includes(modifier);
  if (has('exists')) return existsTest(read, raw, place);
  if (has('fieldref')) return fieldrefTest(read, String(raw), has('neq'));
  const tests = (Array.isArray(raw) ? raw : [raw]).map((value) => valueTest(value, modifiers, place));
  if (tests.length === 0) throw ruleFault('correlation.rule_invalid', place, `"${key}" has no value`);
  const any = (values: readonly FieldValue[], test: ValueTest) => values.some(test);
  const wanted = has('all')
    ? (values: readonly FieldValue[]) => tests.every((test) => any(values, test))
    : (values: readonly FieldValue[]) => tests.some((test) => any(values, test));
  const absent: readonly FieldValue[] = [null]; // null is "no such field, or no value in it"
  const matches: EventTest = (event) => {
    const values = read(event);
    return wanted(values.length === 0 ? absent : values);
  };
  return has('neq') ? (event) => !matches(event) : matches;
}

function existsTest(read: ReturnType<typeof fieldReader>, raw: unknown, place: RulePlace): EventTest {
  if (typeof raw !== 'boolean') throw ruleFault('correlation.rule_invalid', place, 'exists takes true or false');
  return (event) => read(event).length > 0 === raw;
}

function fieldrefTest(read: ReturnType<typeof fieldReader>, other: string, negated: boolean): EventTest {
  const readOther = fieldReader(other);
  return (event) => {
    const others = new Set(readOther(event).map((value) => String(value).toLowerCase()));
    const same = read(event).some((value) => value !== null && others.has(String(value).toLowerCase()));
    return same !== negated;
  };
}

/** One value with its modifiers, as a test of one value of the field. */
function valueTest(value: unknown, modifiers: readonly string[], place: RulePlace): ValueTest {
  if (value === null) return (found) => found === null;
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') {
    throw ruleFault('correlation.rule_invalid', place, 'a value must be a text, a number, true, false or null');
  }
  const comparison = modifiers.find((modifier) => Object.hasOwn(COMPARISONS, modifier));
  if (comparison) return numericTest(comparison, value, place);
  const texts = textTests(String(value), modifiers, place);
  return (found) => {
    if (found === null) return false;
    const text = String(found);
    return texts.some((test) => test(text));
  };
}

function numericTest(comparison: string, value: string | number | boolean, place: RulePlace): ValueTest {
  const limit = typeof value === 'boolean' ? Number.NaN : Number(value);
  if (Number.isNaN(limit)) throw ruleFault('correlation.rule_invalid', place, `${comparison} needs a number`);
  const compare = COMPARISONS[comparison] ?? (() => false);
  return (found) => {
    const number =
      typeof found === 'number' ? found : typeof found === 'string' && found.trim() !== '' ? Number(found) : Number.NaN;
    return !Number.isNaN(number) && compare(number, limit);
  };
}

function textTests(
  value: string,
  modifiers: readonly string[],
  place: RulePlace,
): readonly ((text: string) => boolean)[] {
  if (modifiers.includes('re')) return [regexTest(value, modifiers, place)];
  if (modifiers.includes('cidr')) return [networkTest(value, place)];
  const contains = modifiers.includes('contains');
  const options = {
    cased: modifiers.includes('cased') || modifiers.some((modifier) => modifier.startsWith('base64')),
    before: contains || modifiers.includes('endswith'),
    after: contains || modifiers.includes('startswith'),
  };
  return encoded(value, modifiers).map((text) => patternTest(text, options));
}

function networkTest(value: string, place: RulePlace): (text: string) => boolean {
  const test = cidrTest(value);
  if (!test) throw ruleFault('correlation.rule_invalid', place, `"${value}" is not a network; write 10.0.0.0/8`);
  return test;
}

/** What a value looks like after the encoding modifiers, in their order. */
const encoded = (value: string, modifiers: readonly string[]): readonly string[] =>
  modifiers.reduce<readonly string[]>(
    (values, modifier) => (Object.hasOwn(ENCODERS, modifier) ? (ENCODERS[modifier]?.(values) ?? values) : values),
    [value],
  );

function regexTest(pattern: string, modifiers: readonly string[], place: RulePlace): (text: string) => boolean {
  try {
    return linearRegex(pattern, modifiers.filter((modifier) => FLAGS.includes(modifier)).join(''));
  } catch (error) {
    throw ruleFault('correlation.regex_unsafe', place, `pattern not usable: ${(error as Error).message}`);
  }
}

/** A keyword: found anywhere in any value of the record. */
export const keywordTest = (value: unknown, place: RulePlace): ((found: FieldValue) => boolean) =>
  valueTest(value, ['contains'], place);
