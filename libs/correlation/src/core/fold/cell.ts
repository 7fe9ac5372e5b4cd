import { digestOf, type EntityType, type Severity } from '@dmitry/contracts';
import type { CorrelationEvent, EventRef, RoledEntity } from '../fold-event.ts';

/** An entity, short, since state holds many: type, id, role. */
export type ShortEntity = readonly [EntityType, string, RoledEntity['role']];

/** One match of one event, in a cell. Members are short because state is mostly these. JSON. */
export interface CellItem {
  /** Event time ms, source, id, digest, and record number where there is one. */
  readonly t: number;
  readonly s: string;
  readonly i: string;
  readonly d: string;
  readonly x?: number;
  /** Rule that matched. */
  readonly m: string;
  /** What value_count counts (all of a list) or value_sum adds. */
  readonly v?: string | readonly string[];
  readonly l: Severity;
  readonly e: readonly ShortEntity[];
}

/** What one rule knows of one group: its matches in order of event time, then source and id; and the findings it has told of. JSON. */
export interface Cell {
  readonly rule: string;
  readonly kind: 'detection' | 'correlation';
  readonly group: Readonly<Record<string, string>>;
  items: CellItem[];
  /** Matches not kept because the cell was full. */
  over: number;
  /** Finding id → [digest of its content, key of the risk cell it counts in or '']. */
  out: Record<string, readonly [string, string]>;
}

/** Most matches of one cell. */
export const MAX_CELL_ITEMS = 10_000;
const MAX_ITEM_ENTITIES = 24;

export const cellKey = (kind: Cell['kind'], rule: string, group: Readonly<Record<string, string>>): string =>
  digestOf(['cell/1', kind, rule, group]);

export function itemOf(
  event: CorrelationEvent,
  match: { rule: string; level: Severity; value?: string | readonly string[] | null },
): CellItem {
  return {
    t: event.timeMs,
    s: event.source,
    i: event.id,
    d: event.digest,
    ...(event.index === undefined ? {} : { x: event.index }),
    m: match.rule,
    ...(match.value === undefined || match.value === null ? {} : { v: match.value }),
    l: match.level,
    e: event.entities.slice(0, MAX_ITEM_ENTITIES).map(({ type, id, role }) => [type, id, role]),
  };
}

const text = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
/** Event time, then source, id and rule: the same order whatever the order of arrival. */
export const compareItems = (a: CellItem, b: CellItem): number =>
  a.t - b.t || text(a.s, b.s) || text(a.i, b.i) || text(a.m, b.m);

/**
 * Puts an item in its place. False when it is there already: an event counts once. Of two contents under one id the one with the smaller
 * digest counts, whichever came first.
 */
export function insertItem(cell: Cell, item: CellItem): boolean {
  let low = 0;
  let high = cell.items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const other = cell.items[middle];
    if (other && compareItems(other, item) < 0) low = middle + 1;
    else high = middle;
  }
  const there = cell.items[low];
  const same = there !== undefined && compareItems(there, item) === 0;
  if (same && there.d <= item.d) return false;
  cell.items.splice(low, same ? 1 : 0, item);
  return true;
}

export const refOf = (item: CellItem): EventRef => ({
  source: item.s,
  id: item.i,
  timeMs: item.t,
  digest: item.d,
  ...(item.x === undefined ? {} : { index: item.x }),
});
