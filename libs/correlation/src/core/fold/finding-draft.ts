import { compareSeverity, digestOf, type EntityRef, entityKey, sha256Hex, type Severity } from '@dmitry/contracts';
import type { EventRef } from '../fold-event.ts';
import type { RuleHead } from '../sigma/rule.ts';
import { type Cell, type CellItem, refOf } from './cell.ts';

/** What a rule found, before it is scored. Ids, digests and revisions depend on content only, never on the order of arrival. */
export interface FindingDraft {
  /** SHA-256 of tenant, rule, group and the event that the window is anchored at. */
  readonly id: string;
  readonly tenant: string;
  readonly kind: 'detection' | 'correlation' | 'risk';
  readonly rule: { readonly id: string; readonly title: string; readonly author: string | null };
  readonly title: string;
  readonly description: string;
  readonly level: Severity;
  readonly techniques: readonly string[];
  readonly tactics: readonly string[];
  /** What it is about first; then by role and id. Systems that only report are left out. */
  readonly entities: readonly EntityRef[];
  readonly primary: EntityRef | null;
  /** The events it rests on, by event time; the earliest 10,000. `count` is all of them. */
  readonly events: readonly EventRef[];
  readonly count: number;
  readonly firstMs: number;
  readonly lastMs: number;
  readonly group: Readonly<Record<string, string>>;
  /** Grows with the events that join. */
  readonly revision: number;
  /** SHA-256 of everything above: two drafts with one digest say the same. */
  readonly digest: string;
}

const MAX_ENTITIES = 50;

export interface DraftParts {
  readonly tenant: string;
  readonly cell: Cell;
  readonly head: RuleHead;
  readonly items: readonly CellItem[];
  readonly level: Severity;
}

export function draftOf({ tenant, cell, head, items, level }: DraftParts): FindingDraft {
  const events = distinctEvents(items);
  const first = events[0] as EventRef;
  const primary = primaryOf(cell, items);
  const entities = entitiesOf(items, primary);
  const content = {
    id: digestOf(['finding/1', tenant, head.id, cell.group, first.timeMs, first.source, first.id]),
    tenant,
    kind: cell.kind,
    rule: { id: head.id, title: head.title, author: head.author },
    title: head.title,
    description: head.description,
    level,
    techniques: head.techniques,
    tactics: head.tactics,
    entities,
    primary,
    count: events.length + cell.over,
    firstMs: first.timeMs,
    lastMs: events.at(-1)?.timeMs ?? first.timeMs,
    group: cell.group,
    revision: events.length + cell.over,
  };
  return { ...content, events, digest: sealed(content, events) };
}

/** The digest of a draft: its content, and one over the digests of its events in order. */
export const sealed = (content: object, events: readonly EventRef[]): string =>
  digestOf([content, sha256Hex(events.map((event) => `${event.source} ${event.id} ${event.digest}`).join('\n'))]);

export const worstLevel = (items: readonly { readonly l: Severity }[], least: Severity = 'informational'): Severity =>
  items.reduce<Severity>((worst, { l }) => (compareSeverity(l, worst) > 0 ? l : worst), least);

function distinctEvents(items: readonly CellItem[]): readonly EventRef[] {
  const byKey = new Map<string, EventRef>();
  for (const item of items) byKey.set(`${item.s} ${item.i}`, refOf(item));
  return [...byKey.values()];
}

/** The entity that the group names; else the first event's actor, else whatever it has. */
function primaryOf(cell: Cell, items: readonly CellItem[]): EntityRef | null {
  const own = new Set(Object.values(cell.group));
  const all = items.flatMap((item) => item.e);
  const named = all.find(([type, id, role]) => role !== 'reporter' && (own.has(id) || own.has(`${type}:${id}`)));
  const first = items[0]?.e ?? [];
  const found =
    named ?? first.find(([, , role]) => role === 'actor') ?? first.find(([, , role]) => role !== 'reporter') ?? all[0];
  return found ? { type: found[0], id: found[1] } : null;
}

const ROLE_ORDER = ['actor', 'target', 'origin', 'reporter'];

function entitiesOf(items: readonly CellItem[], primary: EntityRef | null): readonly EntityRef[] {
  const ranked = new Map<string, { ref: EntityRef; rank: number }>();
  const list = items.flatMap((item) => item.e);
  const linking = list.filter(([, , role]) => role !== 'reporter');
  for (const [type, id, role] of linking.length > 0 ? linking : list) {
    const ref = { type, id };
    const rank = ROLE_ORDER.indexOf(role);
    const known = ranked.get(entityKey(ref));
    if (!known || known.rank > rank) ranked.set(entityKey(ref), { ref, rank });
  }
  const first = primary ? entityKey(primary) : '';
  return [...ranked]
    .sort(([a, x], [b, y]) => Number(b === first) - Number(a === first) || x.rank - y.rank || (a < b ? -1 : 1))
    .slice(0, MAX_ENTITIES)
    .map(([, { ref }]) => ref);
}
