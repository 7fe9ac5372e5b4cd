import type { CorrelationRule } from '../sigma/correlation-rule.ts';
import type { CellItem } from './cell.ts';

/** A run of a cell's items that is judged together: `[from, to)`, settled once event time has passed `endMs`. */
export interface Segment {
  readonly from: number;
  readonly to: number;
  readonly endMs: number;
  /** What was found in it, or null. */
  readonly found: { readonly items: readonly CellItem[]; readonly value: number } | null;
}

/** Windows that start at the first item and, when over, at the next one: never at the wall clock's quarter hours. */
export function anchoredSegments(
  items: readonly CellItem[],
  windowMs: number,
  judge: (items: readonly CellItem[]) => number | null,
): readonly Segment[] {
  const segments: Segment[] = [];
  for (let from = 0; from < items.length;) {
    const endMs = (items[from]?.t ?? 0) + windowMs;
    let to = from + 1;
    while (to < items.length && (items[to]?.t ?? 0) <= endMs) to += 1;
    const part = items.slice(from, to);
    const value = judge(part);
    segments.push({ from, to, endMs, found: value === null ? null : { items: part, value } });
    from = to;
  }
  return segments;
}

/** Follows a window that slides over items. */
export interface Meter {
  add(item: CellItem): void;
  remove(item: CellItem): void;
  /** The measure of the items `[low, high]` that are in the window now. */
  value(items: readonly CellItem[], low: number, high: number): number;
}

export interface SlidingOptions {
  readonly timespanMs: number;
  /** How long one finding goes on taking further windows that satisfy the rule, from its first item. */
  readonly windowMs: number;
  readonly meter: () => Meter;
  readonly holds: (value: number) => boolean;
}

/**
 * Every span of at most `timespanMs` that ends at an item is judged; the first that holds starts a finding, anchored at the span's first
 * item, and others that hold within `windowMs` of it join. After that, judging starts afresh with the next item.
 */
export function slidingSegments(items: readonly CellItem[], options: SlidingOptions): readonly Segment[] {
  const segments: Segment[] = [];
  const lastMs = Math.max(options.windowMs, options.timespanMs);
  let meter = options.meter();
  let low = 0;
  let open: { from: number; endMs: number; taken: Set<number>; value: number } | null = null;
  const close = (to: number) => {
    if (!open) return;
    const { from, endMs, taken, value } = open;
    const found = [...taken].sort((a, b) => a - b).flatMap((at) => items[at] ?? []);
    segments.push({ from, to, endMs, found: { items: found, value } });
    open = null;
    low = to;
    meter = options.meter();
  };
  items.forEach((item, at) => {
    if (open && item.t > open.endMs) close(at);
    meter.add(item);
    for (let first = items[low]; first && item.t - first.t > options.timespanMs; first = items[low]) {
      meter.remove(first);
      low += 1;
    }
    const value = meter.value(items, low, at);
    if (!options.holds(value)) return;
    open ??= { from: low, endMs: (items[low]?.t ?? 0) + lastMs, taken: new Set(), value };
    for (let n = low; n <= at; n++) open.taken.add(n);
    open.value = Math.max(open.value, value);
  });
  close(items.length);
  return segments;
}

/** Counts keys that come and go: distinct events, values or members. */
class DistinctMeter implements Meter {
  readonly #counts = new Map<string, number>();

  constructor(readonly keysOf: (item: CellItem) => readonly string[]) {}

  add(item: CellItem): void {
    for (const key of this.keysOf(item)) this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }
  remove(item: CellItem): void {
    for (const key of this.keysOf(item)) {
      const left = (this.#counts.get(key) ?? 1) - 1;
      if (left > 0) this.#counts.set(key, left);
      else this.#counts.delete(key);
    }
  }
  value(): number {
    return this.#counts.size;
  }
}

/** Adds up values afresh for each window, in order, so that the sum does not depend on what came and went before. */
const sumMeter: Meter = {
  add: () => undefined,
  remove: () => undefined,
  value: (items, low, high) => {
    let sum = 0;
    const seen = new Set<string>();
    for (let at = low; at <= high; at++) {
      const item = items[at];
      if (!item || seen.has(eventKey(item))) continue;
      seen.add(eventKey(item));
      sum += Number(item.v ?? 0);
    }
    return sum;
  },
};

/** How many members of the sequence stand in order in the window, each by an event of its own, ending at its last item. */
const orderedMeter = (members: readonly string[]): Meter => ({
  add: () => undefined,
  remove: () => undefined,
  value: (items, low, high) => {
    let wanted = 0;
    const used = new Set<string>();
    for (let at = low; at <= high && wanted < members.length; at++) {
      const same = sameTime(items, at, high);
      wanted = takeInOrder(items.slice(at, same + 1), members, { wanted, used });
      at = same;
    }
    return wanted;
  },
});

/** The last item at the same time: sources of one-second times do not say which came first, so any order is taken. */
function sameTime(items: readonly CellItem[], at: number, high: number): number {
  let end = at;
  while (end < high && items[end + 1]?.t === items[at]?.t) end += 1;
  return end;
}

function takeInOrder(
  group: readonly CellItem[],
  members: readonly string[],
  progress: { wanted: number; used: Set<string> },
): number {
  let { wanted } = progress;
  for (let next = find(); next; next = find()) {
    progress.used.add(eventKey(next));
    wanted += 1;
  }
  return wanted;
  function find(): CellItem | undefined {
    return group.find((item) => item.m === members[wanted] && !progress.used.has(eventKey(item)));
  }
}

const eventKey = (item: CellItem): string => `${item.s} ${item.i}`;

export function meterOf(rule: CorrelationRule): () => Meter {
  switch (rule.type) {
    case 'event_count':
      return () => new DistinctMeter((item) => [eventKey(item)]);
    case 'value_count':
      return () => new DistinctMeter((item) => [item.v ?? []].flat());
    case 'value_sum':
      return () => sumMeter;
    case 'temporal':
      return () => new DistinctMeter((item) => [item.m]);
    case 'temporal_ordered':
      return () => orderedMeter(rule.members);
  }
}

/** The segments of a correlation rule's cell. What more can only help slides; `lt`, `lte`, `eq` and `neq` judge whole windows. */
export function correlationSegments(items: readonly CellItem[], rule: CorrelationRule): readonly Segment[] {
  const meter = meterOf(rule);
  const { timespanMs, holds } = rule;
  if (rule.growing) return slidingSegments(items, { timespanMs, windowMs: rule.extension.windowMs, meter, holds });
  return anchoredSegments(items, timespanMs, (part) => {
    const one = meter();
    for (const item of part) one.add(item);
    const value = one.value(part, 0, part.length - 1);
    return holds(value) ? value : null;
  });
}
