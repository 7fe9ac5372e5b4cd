import { ruleFault, type RulePlace } from '../correlation.errors.ts';
import { allValues } from './field.ts';
import { type EventTest, fieldTest, keywordTest } from './matcher.ts';

/** A selection of a detection: a map (all of its fields), a list of maps (any of them), or keywords (any of them anywhere). */
export function selectionTest(selection: unknown, place: RulePlace): EventTest {
  if (Array.isArray(selection)) return listTest(selection, place);
  if (typeof selection === 'object' && selection !== null) return mapTest(selection as Record<string, unknown>, place);
  if (typeof selection === 'string' || typeof selection === 'number') return keywords([selection], false, place);
  throw ruleFault('correlation.rule_invalid', place, 'a selection is a map, a list of maps or a list of keywords');
}

function listTest(items: readonly unknown[], place: RulePlace): EventTest {
  if (items.length === 0) throw ruleFault('correlation.rule_invalid', place, 'an empty list selects nothing');
  if (items.every((item) => typeof item !== 'object' || item === null)) return keywords(items, false, place);
  const tests = items.map((item) => selectionTest(item, place));
  return (event) => tests.some((test) => test(event));
}

function mapTest(map: Readonly<Record<string, unknown>>, place: RulePlace): EventTest {
  const entries = Object.entries(map);
  if (entries.length === 0)
    throw ruleFault('correlation.rule_invalid', place, 'an empty map selects everything; name a field');
  const tests = entries.map(([key, value]) => {
    if (key === '' || key.startsWith('|'))
      return keywords(Array.isArray(value) ? value : [value], key.includes('|all'), place);
    return fieldTest(key, value, { ...place, at: `${place.at}.${key}` });
  });
  return (event) => tests.every((test) => test(event));
}

function keywords(words: readonly unknown[], all: boolean, place: RulePlace): EventTest {
  const tests = words.map((word) => keywordTest(word, place));
  return (event) => {
    const values = allValues(event.record);
    const found = (test: (typeof tests)[number]) => values.some((value) => test(value));
    return all ? tests.every(found) : tests.some(found);
  };
}
