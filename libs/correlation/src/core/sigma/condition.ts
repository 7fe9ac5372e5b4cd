import { ruleFault, type RulePlace } from '../correlation.errors.ts';
import type { EventTest } from './matcher.ts';

type Selections = ReadonlyMap<string, EventTest>;

/** Deepest nesting of parentheses and `not`. */
const MAX_NESTING = 50;

/**
 * Sigma's condition grammar: `and`, `or`, `not`, parentheses, selection names, `1 of x*`, `any of x*`, `all of x*`, `… of them`.
 * `and` binds tighter than `or`. `them` leaves out selections whose name starts with `_`.
 * @throws DmitryError `correlation.rule_invalid`
 */
export function conditionTest(condition: string, selections: Selections, place: RulePlace): EventTest {
  const tokens = condition.match(/[()]|[^\s()]+/g) ?? [];
  const parser = new ConditionParser(tokens, selections, place);
  return parser.whole();
}

class ConditionParser {
  #at = 0;

  constructor(
    readonly tokens: readonly string[],
    readonly selections: Selections,
    readonly place: RulePlace,
  ) {}

  whole(): EventTest {
    const test = this.#or(0);
    if (this.#at < this.tokens.length) this.#fail(`"${this.tokens[this.#at]}" is not expected here`);
    return test;
  }

  #fail(message: string): never {
    throw ruleFault('correlation.rule_invalid', { ...this.place, at: 'condition' }, message);
  }

  #word(): string {
    return this.tokens[this.#at]?.toLowerCase() ?? '';
  }

  #or(depth: number): EventTest {
    const tests = [this.#and(depth)];
    while (this.#word() === 'or') {
      this.#at += 1;
      tests.push(this.#and(depth));
    }
    return tests.length === 1 && tests[0] ? tests[0] : (event) => tests.some((test) => test(event));
  }

  #and(depth: number): EventTest {
    const tests = [this.#not(depth)];
    while (this.#word() === 'and') {
      this.#at += 1;
      tests.push(this.#not(depth));
    }
    return tests.length === 1 && tests[0] ? tests[0] : (event) => tests.every((test) => test(event));
  }

  #not(depth: number): EventTest {
    if (depth > MAX_NESTING) this.#fail(`nested deeper than ${MAX_NESTING}`);
    if (this.#word() !== 'not') return this.#primary(depth);
    this.#at += 1;
    const test = this.#not(depth + 1);
    return (event) => !test(event);
  }

  #primary(depth: number): EventTest {
    const token = this.tokens[this.#at++];
    if (token === undefined) return this.#fail('the condition ends too early');
    if (token === '(') {
      const test = this.#or(depth + 1);
      if (this.tokens[this.#at++] !== ')') this.#fail('a closing parenthesis is missing');
      return test;
    }
    if (token === '|') this.#fail('aggregation after "|" is not supported; write a correlation rule');
    if (this.#word() === 'of') return this.#quantified(token);
    const test = this.selections.get(token);
    return test ?? this.#fail(`there is no selection "${token}"`);
  }

  #quantified(quantity: string): EventTest {
    this.#at += 1;
    const pattern = this.tokens[this.#at++] ?? this.#fail('"of" needs a selection pattern or "them"');
    const tests = this.#named(pattern);
    const word = quantity.toLowerCase();
    if (word === 'all') return (event) => tests.every((test) => test(event));
    const least = word === 'any' ? 1 : Number(quantity);
    if (!Number.isInteger(least) || least < 1) this.#fail(`"${quantity} of" must be "all of", "any of" or a number`);
    return (event) => {
      let found = 0;
      return tests.some((test) => test(event) && ++found >= least);
    };
  }

  #named(pattern: string): readonly EventTest[] {
    const them = pattern.toLowerCase() === 'them';
    const parts = pattern.split('*').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    const name = new RegExp(`^${parts.join('.*')}$`);
    const tests = [...this.selections]
      .filter(([key]) => (them ? !key.startsWith('_') : name.test(key)))
      .map(([, test]) => test);
    return tests.length > 0 ? tests : this.#fail(`no selection is called "${pattern}"`);
  }
}
