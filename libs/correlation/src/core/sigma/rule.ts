import { SEVERITIES, type Severity } from '@dmitry/contracts';
import { ruleFault, type RulePlace } from '../correlation.errors.ts';
import type { CorrelationEvent, LogSource, RoledEntity } from '../fold-event.ts';
import { conditionTest } from './condition.ts';
import type { EventTest } from './matcher.ts';
import { selectionTest } from './selection.ts';

/** What every rule has. */
export interface RuleHead {
  readonly id: string;
  readonly name: string | null;
  readonly title: string;
  readonly description: string;
  readonly author: string | null;
  readonly level: Severity;
  /** ATT&CK techniques of the tags, e.g. T1562.008. */
  readonly techniques: readonly string[];
  /** ATT&CK tactics of the tags, e.g. defense-evasion. */
  readonly tactics: readonly string[];
  readonly tags: readonly string[];
  readonly falsePositives: readonly string[];
  /** Our additions, under the rule's own member `dmitry`. */
  readonly extension: RuleExtension;
}

export interface RuleExtension {
  /** Which party a finding is about and grouped by. @default 'actor' */
  readonly entity: RoledEntity['role'];
  /** Matches of one entity within this time of the first are one finding, ms. @default 3600000 */
  readonly windowMs: number;
  /** A finding is raised once a match reaches this level, or there are this many. @default at the first match */
  readonly raise: { readonly level: Severity; readonly count: number } | null;
  /** Whether it makes findings of its own. @default true; false for a rule that a correlation refers to, unless that says `generate` */
  readonly generate: boolean;
}

export interface DetectionRule extends RuleHead {
  readonly kind: 'detection';
  readonly logsource: LogSource;
  readonly matches: EventTest;
  /** The level of one match: the first of `dmitry.levels` whose condition holds, else the rule's. */
  readonly levelOf: (event: CorrelationEvent) => Severity;
}

export const mapOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
const textsOf = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.map(String) : typeof value === 'string' ? [value] : [];
/** A text, or a number that YAML made of one. */
const scalarText = (value: unknown): string | undefined =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
const slug = (title: string) =>
  title
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');

export function levelOf(value: unknown, fallback: Severity, place: RulePlace): Severity {
  if (value === undefined || value === null) return fallback;
  const level = SEVERITIES.find((one) => one === value);
  if (!level) throw ruleFault('correlation.rule_invalid', place, `level must be one of ${SEVERITIES.join(', ')}`);
  return level;
}

const UNITS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  M: 2_592_000_000,
  y: 31_536_000_000,
};

/** Milliseconds of a Sigma time span: `30s`, `5m`, `1h`, `7d`, `2w`, `1M` (30 days). */
export function timespanMs(value: unknown, place: RulePlace): number {
  const match = /^(\d{1,6})([smhdwMy])$/.exec(String(value));
  const ms = match ? Number(match[1]) * (UNITS[match[2] ?? ''] ?? 0) : 0;
  if (ms <= 0)
    throw ruleFault('correlation.rule_invalid', place, 'a time span is a number with one of s, m, h, d, w, M');
  return ms;
}

export function ruleHead(document: Record<string, unknown>, place: RulePlace): RuleHead {
  const title = typeof document['title'] === 'string' ? document['title'].trim() : '';
  if (title === '') throw ruleFault('correlation.rule_invalid', { ...place, at: 'title' }, 'a rule needs a title');
  const here = { rule: title, at: 'rule' };
  const tags = textsOf(document['tags']);
  const attack = tags.filter((tag) => tag.toLowerCase().startsWith('attack.')).map((tag) => tag.slice(7));
  return {
    id: scalarText(document['id']) ?? scalarText(document['name']) ?? slug(title),
    name: typeof document['name'] === 'string' ? document['name'] : null,
    title,
    description: typeof document['description'] === 'string' ? document['description'].trim() : '',
    author: typeof document['author'] === 'string' ? document['author'] : null,
    level: levelOf(document['level'], 'medium', { ...here, at: 'level' }),
    techniques: attack.filter((tag) => /^t\d{4}(\.\d{3}|\.a\d{3})?$/i.test(tag)).map((tag) => tag.toUpperCase()),
    tactics: attack.filter((tag) => !/^[tgs]\d{4}/i.test(tag)).map((tag) => tag.toLowerCase()),
    tags,
    falsePositives: textsOf(document['falsepositives']),
    extension: extensionOf(mapOf(document['dmitry']), here),
  };
}

const ROLES = ['actor', 'target', 'origin', 'reporter'] as const;

function extensionOf(own: Record<string, unknown>, place: RulePlace): RuleExtension {
  const at = (member: string) => ({ ...place, at: `dmitry.${member}` });
  const role = own['entity'] === undefined ? 'actor' : ROLES.find((one) => one === own['entity']);
  if (!role) throw ruleFault('correlation.rule_invalid', at('entity'), `must be one of ${ROLES.join(', ')}`);
  const raise = own['raise'] === undefined ? null : mapOf(own['raise']);
  return {
    entity: role,
    windowMs: own['window'] === undefined ? 3_600_000 : timespanMs(own['window'], at('window')),
    raise: raise && {
      level: levelOf(raise['level'], 'critical', at('raise')),
      count: Number(raise['count'] ?? Infinity),
    },
    generate: own['generate'] !== false,
  };
}

/** A detection rule of Sigma 2.1. @throws DmitryError `correlation.rule_invalid`, `…unsupported_modifier`, `…regex_unsafe` */
export function detectionRule(document: Record<string, unknown>, place: RulePlace): DetectionRule {
  const head = ruleHead(document, place);
  const here = { rule: head.title, at: 'detection' };
  const detection = mapOf(document['detection']);
  const selections = new Map(
    Object.entries(detection)
      .filter(([name]) => name !== 'condition' && name !== 'timeframe')
      .map(([name, selection]) => [name, selectionTest(selection, { ...here, at: `detection.${name}` })]),
  );
  const conditions = textsOf(detection['condition']);
  if (conditions.length === 0)
    throw ruleFault('correlation.rule_invalid', { ...here, at: 'detection.condition' }, 'a condition is needed');
  const tests = conditions.map((condition) => conditionTest(condition, selections, here));
  const first = tests[0] ?? (() => false);
  const levels = levelRules(mapOf(document['dmitry'])['levels'], selections, here);
  return {
    ...head,
    kind: 'detection',
    logsource: logSource(mapOf(document['logsource'])),
    matches: tests.length === 1 ? first : (event) => tests.some((test) => test(event)),
    levelOf: (event) => levels.find((one) => one.holds(event))?.level ?? head.level,
  };
}

function levelRules(value: unknown, selections: ReadonlyMap<string, EventTest>, place: RulePlace) {
  if (!Array.isArray(value)) return [];
  return value.map((item) => {
    const own = mapOf(item);
    return {
      holds: conditionTest(String(own['when']), selections, { ...place, at: 'dmitry.levels' }),
      level: levelOf(own['level'], 'medium', { ...place, at: 'dmitry.levels' }),
    };
  });
}

function logSource(own: Record<string, unknown>): LogSource {
  const source: { product?: string; category?: string; service?: string } = {};
  for (const member of ['product', 'category', 'service'] as const) {
    const value = own[member];
    if (typeof value === 'string') source[member] = value.toLowerCase();
  }
  return source;
}

/** Whether a rule's log source takes an event's: what the event does not know does not exclude it. */
export const takesLogSource = (rule: LogSource, event: LogSource): boolean =>
  (['product', 'category', 'service'] as const).every(
    (member) => rule[member] === undefined || event[member] === undefined || rule[member] === event[member],
  );
