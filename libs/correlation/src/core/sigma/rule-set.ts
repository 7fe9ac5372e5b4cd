import { digestOf, sha256Hex } from '@dmitry/contracts';
import { parseAllDocuments } from 'yaml';
import { ruleFault, type RulePlace } from '../correlation.errors.ts';
import type { CorrelationEvent } from '../fold-event.ts';
import { correlationRule, type CorrelationRule } from './correlation-rule.ts';
import { detectionRule, type DetectionRule, mapOf, takesLogSource } from './rule.ts';

/** Compiled rules. `version` is a digest over their texts, whatever the order they came in. */
export interface RuleSet {
  readonly version: string;
  readonly detections: readonly DetectionRule[];
  readonly correlations: readonly CorrelationRule[];
  /** Detection rules that match an event, by id. */
  match(event: CorrelationEvent): readonly DetectionRule[];
}

interface Document {
  readonly place: RulePlace;
  readonly body: Record<string, unknown>;
}

/** Longest text of rules in one piece; YAML aliases are not expanded beyond the parser's own limit. */
const MAX_TEXT = 2 * 1024 * 1024;

/**
 * Compiles rules of Sigma 2.1 out of YAML texts (several documents each). Correlation rules may refer to any detection rule of the
 * set by id or name. Two rules of one id are refused, whatever their text.
 * @throws DmitryError `correlation.rule_invalid`, `correlation.unsupported_modifier`, `correlation.regex_unsafe`, naming rule and place
 */
export function compileRules(texts: readonly string[]): RuleSet {
  const documents = texts.flatMap((text, at) => documentsOf(text, at));
  const detections = documents
    .filter(({ body }) => body['detection'] !== undefined)
    .map(({ body, place }) => detectionRule(body, place));
  const byReference = new Map<string, string>();
  for (const rule of detections) {
    if (byReference.has(rule.id))
      throw ruleFault('correlation.rule_invalid', { rule: rule.title, at: 'id' }, `the id "${rule.id}" is used twice`);
    byReference.set(rule.id, rule.id);
  }
  for (const rule of detections)
    if (rule.name !== null && !byReference.has(rule.name)) byReference.set(rule.name, rule.id);
  const resolve = (reference: string) => byReference.get(reference) ?? null;
  const correlations = documents
    .filter(({ body }) => body['correlation'] !== undefined)
    .map(({ body, place }) => correlationRule(body, resolve, place));
  const twice = correlations.find(
    (rule, at) => byReference.has(rule.id) || correlations.findIndex((one) => one.id === rule.id) < at,
  );
  if (twice)
    throw ruleFault('correlation.rule_invalid', { rule: twice.title, at: 'id' }, `the id "${twice.id}" is used twice`);
  const silent = new Set(correlations.filter((rule) => !rule.generate).flatMap((rule) => rule.members));
  const final = detections
    .map((rule) => (silent.has(rule.id) ? { ...rule, extension: { ...rule.extension, generate: false } } : rule))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  return {
    version: digestOf(documents.map(({ body }) => sha256Hex(JSON.stringify(body))).sort()),
    detections: final,
    correlations: correlations.sort((a, b) => (a.id < b.id ? -1 : 1)),
    match: matcher(final),
  };
}

function documentsOf(text: string, at: number): readonly Document[] {
  const place = { rule: `text ${at + 1}`, at: 'YAML' };
  if (text.length > MAX_TEXT)
    throw ruleFault('correlation.rule_invalid', place, `longer than ${MAX_TEXT} characters; split it`);
  const parsed = parseAllDocuments(text, { strict: false, uniqueKeys: true, logLevel: 'silent' });
  const documents = Array.isArray(parsed) ? parsed : [];
  return documents.flatMap((document, n) => {
    const here = { ...place, rule: `text ${at + 1}, document ${n + 1}` };
    const error = document.errors[0];
    if (error) throw ruleFault('correlation.rule_invalid', here, error.message.split('\n')[0] ?? 'not YAML');
    const body: unknown = jsonOf(document, here);
    if (body === null || body === undefined) return [];
    const map = mapOf(body);
    if (map['detection'] === undefined && map['correlation'] === undefined) {
      throw ruleFault('correlation.rule_invalid', here, 'neither a detection nor a correlation rule');
    }
    return [{ place: here, body: map }];
  });
}

function jsonOf(document: { toJS(options: { maxAliasCount: number }): unknown }, place: RulePlace): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    throw ruleFault('correlation.rule_invalid', place, (error as Error).message);
  }
}

/** Rules by log source, so that an event meets only those that can take it. */
function matcher(rules: readonly DetectionRule[]): (event: CorrelationEvent) => readonly DetectionRule[] {
  const byLogSource = new Map<string, readonly DetectionRule[]>();
  return (event) => {
    const { product = '', category = '', service = '' } = event.logsource;
    const key = `${product}|${category}|${service}`;
    let candidates = byLogSource.get(key);
    if (!candidates) {
      candidates = rules.filter((rule) => takesLogSource(rule.logsource, event.logsource));
      if (byLogSource.size < 1_000) byLogSource.set(key, candidates);
    }
    return candidates.filter((rule) => rule.matches(event));
  };
}
