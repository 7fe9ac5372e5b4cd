import type { Severity } from '@dmitry/contracts';
import { ruleFault, type RulePlace } from '../correlation.errors.ts';
import type { CorrelationEvent } from '../fold-event.ts';
import { fieldReader } from './field.ts';
import { levelOf, mapOf, ruleHead, type RuleHead, timespanMs } from './rule.ts';

export const CORRELATION_TYPES = ['event_count', 'value_count', 'value_sum', 'temporal', 'temporal_ordered'] as const;
export type CorrelationType = (typeof CORRELATION_TYPES)[number];

export interface CorrelationRule extends RuleHead {
  readonly kind: 'correlation';
  readonly type: CorrelationType;
  /** Ids of the rules that it refers to, in its order. */
  readonly members: readonly string[];
  readonly timespanMs: number;
  readonly groupBy: readonly string[];
  /** Values of the group fields for a match of a member; null when the event has none for one of them. */
  readonly groupOf: (member: string, event: CorrelationEvent) => Readonly<Record<string, string>> | null;
  /** Whether a match counts only with a value (value_count, value_sum). */
  readonly needsValue: boolean;
  /** What value_count counts and value_sum adds up. */
  readonly valueOf: (event: CorrelationEvent) => string | readonly string[] | null;
  /** Whether a count, sum or number of members satisfies the condition. */
  readonly holds: (value: number) => boolean;
  /** Whether more can only help (gt, gte): such windows slide; the others are judged whole, from their first event. */
  readonly growing: boolean;
  readonly levelOf: (value: number) => Severity;
  /** Whether the members make findings of their own too. */
  readonly generate: boolean;
}

const COMPARISONS: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  gt: (a, b) => a > b,
  gte: (a, b) => a >= b,
  lt: (a, b) => a < b,
  lte: (a, b) => a <= b,
  eq: (a, b) => a === b,
  neq: (a, b) => a !== b,
};

/** A correlation rule of Sigma 2.1. `resolve` gives the id of a rule by its id or name. */
export function correlationRule(
  document: Record<string, unknown>,
  resolve: (reference: string) => string | null,
  place: RulePlace,
): CorrelationRule {
  const head = ruleHead(document, place);
  const here = { rule: head.title, at: 'correlation' };
  const own = mapOf(document['correlation']);
  const type = CORRELATION_TYPES.find((one) => one === own['type']);
  if (!type)
    throw ruleFault(
      'correlation.rule_invalid',
      { ...here, at: 'correlation.type' },
      `must be one of ${CORRELATION_TYPES.join(', ')}`,
    );
  const members = membersOf(own['rules'], resolve, here);
  const groupBy = ([own['group-by'] ?? []].flat() as unknown[]).map(String);
  const condition = mapOf(own['condition']);
  const comparison = conditionOf(type, condition, { place: here, members: members.length });
  return {
    ...head,
    kind: 'correlation',
    type,
    members,
    timespanMs: timespanMs(own['timespan'], { ...here, at: 'correlation.timespan' }),
    groupBy,
    groupOf: groupReader(groupBy, mapOf(own['aliases']), resolve),
    needsValue: type === 'value_count' || type === 'value_sum',
    valueOf: valueReader(type, condition['field'], here),
    ...comparison,
    levelOf: levelByValue(mapOf(document['dmitry'])['levels'], head.level, here),
    generate: own['generate'] === true,
  };
}

function membersOf(value: unknown, resolve: (reference: string) => string | null, place: RulePlace): readonly string[] {
  const references = ([value ?? []].flat() as unknown[]).map(String);
  if (references.length === 0)
    throw ruleFault('correlation.rule_invalid', { ...place, at: 'correlation.rules' }, 'names no rule');
  return references.map((reference) => {
    const id = resolve(reference);
    if (id === null)
      throw ruleFault(
        'correlation.rule_invalid',
        { ...place, at: 'correlation.rules' },
        `there is no detection rule "${reference}" in the set`,
      );
    return id;
  });
}

function conditionOf(
  type: CorrelationType,
  condition: Record<string, unknown>,
  context: { place: RulePlace; members: number },
) {
  const parts = Object.entries(condition).filter(([name]) => Object.hasOwn(COMPARISONS, name));
  const temporal = type === 'temporal' || type === 'temporal_ordered';
  if (parts.length === 0 && temporal) return { holds: (value: number) => value >= context.members, growing: true };
  const at = { ...context.place, at: 'correlation.condition' };
  if (parts.length === 0)
    throw ruleFault('correlation.rule_invalid', at, `needs one of ${Object.keys(COMPARISONS).join(', ')}`);
  const tests = parts.map(([name, limit]) => {
    if (typeof limit !== 'number' || !Number.isFinite(limit))
      throw ruleFault('correlation.rule_invalid', at, `${name} needs a number`);
    const compare = COMPARISONS[name] ?? (() => false);
    return (value: number) => compare(value, limit);
  });
  return {
    holds: (value: number) => tests.every((test) => test(value)),
    growing: parts.every(([name]) => name === 'gt' || name === 'gte'),
  };
}

function groupReader(
  groupBy: readonly string[],
  aliases: Record<string, unknown>,
  resolve: (reference: string) => string | null,
) {
  const readers = groupBy.map((field) => {
    const byMember = new Map(
      Object.entries(mapOf(aliases[field])).map(([rule, own]) => [resolve(rule) ?? rule, fieldReader(String(own))]),
    );
    return { field, byMember, plain: fieldReader(field) };
  });
  return (member: string, event: CorrelationEvent): Readonly<Record<string, string>> | null => {
    const group: Record<string, string> = {};
    for (const { field, byMember, plain } of readers) {
      const value = (byMember.get(member) ?? plain)(event).find((one) => one !== null && one !== '');
      if (value === undefined) return null;
      group[field] = String(value).slice(0, 512);
    }
    return group;
  };
}

function valueReader(
  type: CorrelationType,
  fields: unknown,
  place: RulePlace,
): (event: CorrelationEvent) => string | readonly string[] | null {
  if (type !== 'value_count' && type !== 'value_sum') return () => null;
  const names = ([fields ?? []].flat() as unknown[]).map(String);
  if (names.length === 0) {
    throw ruleFault(
      'correlation.rule_invalid',
      { ...place, at: 'correlation.condition.field' },
      `${type} needs a field`,
    );
  }
  const readers = names.map((name) => fieldReader(name));
  return type === 'value_sum' ? (event) => firstNumber(event, readers) : (event) => distinctValues(event, readers);
}

type Reader = ReturnType<typeof fieldReader>;

/** Of several fields, the first that has a number. */
function firstNumber(event: CorrelationEvent, readers: readonly Reader[]): string | null {
  for (const read of readers) {
    const value = read(event).find((one) => one !== null && one !== '' && Number.isFinite(Number(one)));
    if (value !== undefined) return String(value);
  }
  return null;
}

/** One field counts each of its values; several count as the combination of their first ones. */
function distinctValues(event: CorrelationEvent, readers: readonly Reader[]): readonly string[] | null {
  const values = readers.map((read) => read(event).filter((value) => value !== null));
  if (values.some((list) => list.length === 0)) return null;
  const all = values.length === 1 ? (values[0] ?? []) : [JSON.stringify(values.map((list) => list[0]))];
  return [...new Set(all.map(String))];
}

/** `dmitry.levels`: `[{gte: 250, level: high}]`, the first that holds, worst first. */
function levelByValue(value: unknown, fallback: Severity, place: RulePlace): (value: number) => Severity {
  const at = { ...place, at: 'dmitry.levels' };
  const steps = (Array.isArray(value) ? value : []).map((item) => {
    const own = mapOf(item);
    return { ...conditionOf('value_sum', own, { place: at, members: 0 }), level: levelOf(own['level'], fallback, at) };
  });
  return (found) => steps.find((step) => step.holds(found))?.level ?? fallback;
}
