import { digestOf, type EntityRef, entityKey, type Severity } from '@dmitry/contracts';
import type { EventRef } from '../fold-event.ts';
import type { CellItem } from './cell.ts';
import { type FindingDraft, sealed } from './finding-draft.ts';
import { type Meter, slidingSegments } from './segments.ts';

/** What one finding adds to the risk of the entity it is about. JSON. */
export interface RiskItem extends CellItem {
  readonly points: number;
  readonly refs: readonly EventRef[];
  readonly techniques: readonly string[];
  readonly tactics: readonly string[];
}

/** The risk of one entity. JSON. */
export interface RiskCell {
  readonly entity: EntityRef;
  items: RiskItem[];
  out: Record<string, string>;
}

export interface RiskOptions {
  /** Points per level. @default informational 1, low 5, medium 15, high 40, critical 70 */
  readonly points: Readonly<Record<Severity, number>>;
  /** Points halve in this time, ms of event time. @default 24 hours */
  readonly halfLifeMs: number;
  /** Points at which a finding is made. @default 100 */
  readonly threshold: number;
  /** One rule counts at most this many times its highest single contribution. @default 2 */
  readonly ruleCap: number;
  /** How many different rules must have contributed: one noisy rule alone never crosses. @default 2 */
  readonly minRules: number;
}

export const DEFAULT_RISK: RiskOptions = {
  points: { informational: 1, low: 5, medium: 15, high: 40, critical: 70 },
  halfLifeMs: 86_400_000,
  threshold: 100,
  ruleCap: 2,
  minRules: 2,
};
export const RISK_RULE_ID = 'dmitry.entity-risk';
/** Contributions that lie further apart do not add up. */
export const RISK_SPAN_MS = 86_400_000;
const MAX_REFS = 200;
/** Most contributions of one entity; the earliest are kept, which is also the order they are judged in. */
const MAX_CONTRIBUTIONS = 2_000;

export const riskKey = (entity: EntityRef): string => digestOf(['risk/1', entityKey(entity)]);

/** Puts, replaces or (with null) takes out the contribution of one finding. */
export function contribute(cell: RiskCell, findingId: string, draft: FindingDraft | null, options: RiskOptions): void {
  cell.items = cell.items.filter((item) => item.i !== findingId);
  if (!draft) return;
  cell.items.push({
    t: draft.firstMs,
    s: 'finding',
    i: findingId,
    d: draft.digest,
    m: draft.rule.id,
    l: draft.level,
    e: draft.entities.map(({ type, id }) => [type, id, 'target'] as const),
    points: options.points[draft.level],
    refs: draft.events.slice(0, MAX_REFS),
    techniques: draft.techniques,
    tactics: draft.tactics,
  });
  cell.items.sort((a, b) => a.t - b.t || (a.i < b.i ? -1 : 1));
  if (cell.items.length > MAX_CONTRIBUTIONS) cell.items.length = MAX_CONTRIBUTIONS;
}

/** Points at the time of the last item: decayed by event time, each rule capped. 0 with fewer rules than needed. */
export function riskAt(items: readonly RiskItem[], options: RiskOptions): number {
  const now = items.at(-1)?.t ?? 0;
  const byRule = new Map<string, { sum: number; highest: number }>();
  for (const item of items) {
    const value = item.points * 2 ** (-(now - item.t) / options.halfLifeMs);
    const rule = byRule.get(item.m) ?? { sum: 0, highest: 0 };
    byRule.set(item.m, { sum: rule.sum + value, highest: Math.max(rule.highest, item.points) });
  }
  if (byRule.size < options.minRules) return 0;
  return [...byRule.values()].reduce((total, { sum, highest }) => total + Math.min(sum, options.ruleCap * highest), 0);
}

/** Findings of an entity whose risk passed the threshold. */
export function riskDrafts(cell: RiskCell, tenant: string, options: RiskOptions): readonly FindingDraft[] {
  const meter = (): Meter => ({
    add: () => undefined,
    remove: () => undefined,
    value: (_, low, high) => riskAt(cell.items.slice(low, high + 1), options),
  });
  const segments = slidingSegments(cell.items, {
    timespanMs: RISK_SPAN_MS,
    windowMs: RISK_SPAN_MS,
    meter,
    holds: (value) => value >= options.threshold,
  });
  return segments.flatMap(({ found }) =>
    found ? [draftOfRisk(cell, tenant, found.items as readonly RiskItem[], found.value)] : [],
  );
}

function draftOfRisk(cell: RiskCell, tenant: string, items: readonly RiskItem[], value: number): FindingDraft {
  const byKey = new Map(items.flatMap((item) => item.refs).map((ref) => [`${ref.source} ${ref.id}`, ref]));
  const events = [...byKey.values()].sort(
    (a, b) => a.timeMs - b.timeMs || (`${a.source} ${a.id}` < `${b.source} ${b.id}` ? -1 : 1),
  );
  const first = items[0] as RiskItem;
  const rules = new Set(items.map((item) => item.m)).size;
  const content = {
    id: digestOf(['finding/1', tenant, RISK_RULE_ID, entityKey(cell.entity), first.t, first.i]),
    tenant,
    kind: 'risk' as const,
    rule: { id: RISK_RULE_ID, title: 'Entity risk above threshold', author: null },
    title: 'Entity risk above threshold',
    description: `${items.length} findings of ${rules} rules add up to ${Math.round(value)} points within a day`,
    level: value >= 200 ? ('critical' as const) : ('high' as const),
    techniques: [...new Set(items.flatMap((item) => item.techniques))].sort(),
    tactics: [...new Set(items.flatMap((item) => item.tactics))].sort(),
    entities: [cell.entity],
    primary: cell.entity,
    count: events.length,
    firstMs: events[0]?.timeMs ?? first.t,
    lastMs: events.at(-1)?.timeMs ?? first.t,
    group: { [cell.entity.type]: cell.entity.id },
    revision: items.length,
  };
  return { ...content, events, digest: sealed(content, events) };
}
