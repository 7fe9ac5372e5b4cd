import { compareSeverity, digestOf, entityKey } from '@dmitry/contracts';
import { ruleFault } from '../correlation.errors.ts';
import type { CorrelationEvent, RoledEntity } from '../fold-event.ts';
import type { CorrelationRule } from '../sigma/correlation-rule.ts';
import type { RuleSet } from '../sigma/rule-set.ts';
import type { DetectionRule } from '../sigma/rule.ts';
import { type Cell, cellKey, type CellItem, insertItem, itemOf, MAX_CELL_ITEMS } from './cell.ts';
import { type FindingDraft, draftOf, worstLevel } from './finding-draft.ts';
import {
  contribute,
  DEFAULT_RISK,
  type RiskCell,
  RISK_SPAN_MS,
  riskDrafts,
  riskKey,
  type RiskOptions,
} from './risk-cell.ts';
import { anchoredSegments, correlationSegments, type Segment } from './segments.ts';

/** What the fold remembers. Plain JSON at any time: `JSON.stringify(state)` is a snapshot, and going on from it is the same. */
export interface FoldState {
  readonly v: 1;
  cells: Record<string, Cell>;
  risk: Record<string, RiskCell>;
  /** Latest event time seen, ms. */
  watermarkMs: number;
  /** Items in cells, and what was given up for lack of room: whole cells, the stalest first. */
  items: number;
  evicted: { cells: number; items: number };
}

export interface FoldOptions {
  readonly tenant: string;
  /** How late an event may be and still join its window, ms. @default 3600000 */
  readonly latenessMs?: number;
  /** Most items in memory; beyond it whole cells are given up, the stalest first, and counted. @default 200000 */
  readonly maxItems?: number;
  readonly risk?: Partial<RiskOptions>;
}

export interface FoldOutcome {
  /** Keys of cells, and of risk cells, that changed. */
  readonly changed: readonly string[];
  readonly changedRisk: readonly string[];
  /** Findings that are new or say more than before, by id. */
  readonly findings: readonly FindingDraft[];
  /** Ids of findings told of before that no longer stand: an earlier event moved their window, or undid their condition. */
  readonly retracted: readonly string[];
}

/** A finding's effect on the risk of entities, to be applied to risk cells. */
export interface RiskChange {
  readonly key: string;
  readonly findingId: string;
  readonly draft: FindingDraft | null;
}
export interface DetectOutcome extends Omit<FoldOutcome, 'changedRisk'> {
  readonly risk: readonly RiskChange[];
}

/**
 * A deterministic fold of events: whatever the order of arrival (within the allowed lateness), the findings that stand at the end are
 * the same, byte for byte. State is changed in place. An event seen twice counts once.
 */
export interface Fold {
  readonly ruleset: RuleSet;
  readonly tenant: string;
  empty(): FoldState;
  /** Checks what was read back. @throws DmitryError `correlation.state_invalid` */
  restore(state: unknown): FoldState;
  /** Keys of the cells that these events touch, sorted: what has to be loaded and locked before `detect`. */
  keysOf(events: readonly CorrelationEvent[]): readonly string[];
  /** Rules and correlations only; the risk of entities is left to `accumulate` with the risk cells that `risk` names. */
  detect(state: FoldState, events: readonly CorrelationEvent[]): DetectOutcome;
  accumulate(state: FoldState, changes: readonly RiskChange[]): FoldOutcome;
  /** Both. */
  observe(state: FoldState, events: readonly CorrelationEvent[]): FoldOutcome;
  /** How far event time may pass a cell's last item while an event within the allowed lateness can still join it, ms. */
  readonly horizonMs: number;
}

interface Touch {
  readonly key: string;
  readonly kind: Cell['kind'];
  readonly rule: string;
  readonly group: Readonly<Record<string, string>>;
  readonly item: CellItem;
}

export function createFold(ruleset: RuleSet, options: FoldOptions): Fold {
  const risk: RiskOptions = { ...DEFAULT_RISK, ...options.risk };
  const engine = new Engine(ruleset, options);
  const detect = (state: FoldState, events: readonly CorrelationEvent[]) => engine.detect(state, events);
  const accumulate = (state: FoldState, changes: readonly RiskChange[]) =>
    accumulateRisk(state, changes, { tenant: options.tenant, risk });
  return {
    ruleset,
    tenant: options.tenant,
    empty: () => ({ v: 1, cells: {}, risk: {}, watermarkMs: 0, items: 0, evicted: { cells: 0, items: 0 } }),
    restore,
    keysOf: (events) => [...new Set(events.flatMap((event) => engine.touches(event).map((touch) => touch.key)))].sort(),
    detect,
    accumulate,
    observe(state, events) {
      const found = detect(state, events);
      const added = accumulate(state, found.risk);
      engine.evict(state);
      return {
        changed: found.changed,
        changedRisk: added.changedRisk,
        findings: [...found.findings, ...added.findings],
        retracted: [...found.retracted, ...added.retracted],
      };
    },
    horizonMs: engine.horizonMs(),
  };
}

function restore(state: unknown): FoldState {
  const value = state as Partial<FoldState> | null;
  if (
    value?.v !== 1 ||
    typeof value.cells !== 'object' ||
    typeof value.risk !== 'object' ||
    typeof value.watermarkMs !== 'number'
  ) {
    throw ruleFault(
      'correlation.state_invalid',
      { rule: '-', at: 'state' },
      'not a state of version 1; rebuild it from the events',
    );
  }
  return value as FoldState;
}

class Engine {
  readonly #detections: ReadonlyMap<string, DetectionRule>;
  readonly #correlations: ReadonlyMap<string, CorrelationRule>;
  readonly #byMember = new Map<string, CorrelationRule[]>();
  readonly #latenessMs: number;
  readonly #maxItems: number;

  constructor(
    readonly ruleset: RuleSet,
    readonly options: FoldOptions,
  ) {
    this.#detections = new Map(ruleset.detections.map((rule) => [rule.id, rule]));
    this.#correlations = new Map(ruleset.correlations.map((rule) => [rule.id, rule]));
    this.#latenessMs = options.latenessMs ?? 3_600_000;
    this.#maxItems = options.maxItems ?? 200_000;
    for (const rule of ruleset.correlations) {
      for (const member of new Set(rule.members))
        this.#byMember.set(member, [...(this.#byMember.get(member) ?? []), rule]);
    }
  }

  touches(event: CorrelationEvent): readonly Touch[] {
    return this.ruleset.match(event).flatMap((rule) => {
      const level = rule.levelOf(event);
      const own = rule.extension.generate ? [this.#detectionTouch(rule, event, level)] : [];
      const joint = (this.#byMember.get(rule.id) ?? []).flatMap((correlation) => {
        const group = correlation.groupOf(rule.id, event);
        const value = correlation.valueOf(event);
        if (!group || (correlation.needsValue && value === null)) return [];
        const item = itemOf(event, { rule: rule.id, level, value });
        const key = cellKey('correlation', correlation.id, group);
        return [{ key, kind: 'correlation' as const, rule: correlation.id, group, item }];
      });
      return [...own, ...joint];
    });
  }

  #detectionTouch(rule: DetectionRule, event: CorrelationEvent, level: CellItem['l']): Touch {
    const entity = partyOf(event.entities, rule.extension.entity);
    const group: Record<string, string> = entity ? { entity: entityKey(entity) } : {};
    return {
      key: cellKey('detection', rule.id, group),
      kind: 'detection',
      rule: rule.id,
      group,
      item: itemOf(event, { rule: rule.id, level }),
    };
  }

  detect(state: FoldState, events: readonly CorrelationEvent[]): DetectOutcome {
    const dirty = new Set<string>();
    for (const event of events) {
      state.watermarkMs = Math.max(state.watermarkMs, event.timeMs);
      for (const touch of this.touches(event)) if (this.#put(state, touch)) dirty.add(touch.key);
    }
    const findings: FindingDraft[] = [];
    const retracted: string[] = [];
    const risk: RiskChange[] = [];
    for (const key of [...dirty].sort()) {
      const cell = state.cells[key];
      if (!cell) continue;
      const drafts = this.#draftsOf(cell);
      compare(cell, drafts, { findings, retracted, risk });
    }
    return { changed: [...dirty].sort(), findings, retracted, risk };
  }

  #put(state: FoldState, touch: Touch): boolean {
    const { kind, rule, group } = touch;
    const cell = (state.cells[touch.key] ??= { rule, kind, group, items: [], over: 0, out: {} });
    const before = cell.items.length;
    if (!insertItem(cell, touch.item)) return false;
    state.items += cell.items.length - before;
    if (cell.items.length > MAX_CELL_ITEMS) state.items -= this.#makeRoom(cell, state.watermarkMs);
    return true;
  }

  /** A full cell forgets windows that are over; where there is none, its latest item is counted and not kept. */
  #makeRoom(cell: Cell, watermarkMs: number): number {
    const over = this.#segmentsOf(cell).filter((segment) => segment.endMs < watermarkMs - this.#latenessMs);
    const cut = over.at(-1)?.to ?? 0;
    if (cut === 0) {
      cell.items.pop();
      cell.over += 1;
      return 1;
    }
    const kept = new Set(this.#draftsOf({ ...cell, items: cell.items.slice(cut) }).map((draft) => draft.id));
    cell.items = cell.items.slice(cut);
    cell.out = Object.fromEntries(Object.entries(cell.out).filter(([id]) => kept.has(id)));
    cell.over = 0;
    return cut;
  }

  #segmentsOf(cell: Cell): readonly Segment[] {
    const correlation = this.#correlations.get(cell.rule);
    if (correlation) return correlationSegments(cell.items, correlation);
    const rule = this.#detections.get(cell.rule);
    if (!rule) return []; // a rule that is gone: its cell ages out
    const { raise, windowMs } = rule.extension;
    const raised = (items: readonly CellItem[]) =>
      !raise || items.length >= raise.count || items.some((item) => compareSeverity(item.l, raise.level) >= 0);
    return anchoredSegments(cell.items, windowMs, (items) => (raised(items) ? items.length : null));
  }

  #draftsOf(cell: Cell): readonly FindingDraft[] {
    const correlation = this.#correlations.get(cell.rule);
    const head = correlation ?? this.#detections.get(cell.rule);
    if (!head) return [];
    return this.#segmentsOf(cell).flatMap(({ found }) => {
      if (!found) return [];
      const level = correlation ? correlation.levelOf(found.value) : worstLevel(found.items);
      return [draftOf({ tenant: this.options.tenant, cell, head, items: found.items, level })];
    });
  }

  horizonMs(): number {
    const { detections, correlations } = this.ruleset;
    const windows = [...detections, ...correlations].map((rule) => rule.extension.windowMs);
    const spans = correlations.map((rule) => rule.timespanMs);
    return this.#latenessMs + Math.max(RISK_SPAN_MS, ...windows, ...spans);
  }

  evict(state: FoldState): void {
    if (state.items <= this.#maxItems) return;
    const byAge = Object.entries(state.cells).sort(
      ([a, x], [b, y]) => (x.items.at(-1)?.t ?? 0) - (y.items.at(-1)?.t ?? 0) || (a < b ? -1 : 1),
    );
    for (const [key, cell] of byAge) {
      if (state.items <= this.#maxItems * 0.9) break;
      state.items -= cell.items.length;
      state.evicted.cells += 1;
      state.evicted.items += cell.items.length;
      delete state.cells[key];
    }
  }
}

const FALLBACK: readonly RoledEntity['role'][] = ['actor', 'target', 'origin', 'reporter'];
function partyOf(entities: readonly RoledEntity[], role: RoledEntity['role']): RoledEntity | undefined {
  for (const wanted of [role, ...FALLBACK]) {
    const found = entities.find((entity) => entity.role === wanted);
    if (found) return found;
  }
  return undefined;
}

/** A finding's risk leaves the entity that it was about, and joins the one that it is about now; '' is none. */
function riskMoves(draft: FindingDraft, from: string, to: string): readonly RiskChange[] {
  const left: RiskChange[] = from !== '' && from !== to ? [{ key: from, findingId: draft.id, draft: null }] : [];
  return to === '' ? left : [...left, { key: to, findingId: draft.id, draft }];
}

/** Tells what is new, what says more and what no longer stands, and remembers it. */
function compare(
  cell: Cell,
  drafts: readonly FindingDraft[],
  into: { findings: FindingDraft[]; retracted: string[]; risk: RiskChange[] },
): void {
  const before = cell.out;
  cell.out = {};
  for (const draft of drafts) {
    const key = draft.primary ? riskKey(draft.primary) : '';
    const known = before[draft.id];
    cell.out[draft.id] = [draft.digest, key];
    if (known?.[0] === draft.digest) continue;
    into.findings.push(draft);
    into.risk.push(...riskMoves(draft, known?.[1] ?? '', key));
  }
  for (const [id, [, key]] of Object.entries(before)) {
    if (cell.out[id]) continue;
    into.retracted.push(id);
    if (key !== '') into.risk.push({ key, findingId: id, draft: null });
  }
}

function accumulateRisk(
  state: FoldState,
  changes: readonly RiskChange[],
  context: { tenant: string; risk: RiskOptions },
): FoldOutcome {
  const dirty = new Set<string>();
  for (const { key, findingId, draft } of changes) {
    const cell = state.risk[key] ?? (draft?.primary ? { entity: draft.primary, items: [], out: {} } : undefined);
    if (!cell) continue;
    state.risk[key] = cell;
    contribute(cell, findingId, draft, context.risk);
    dirty.add(key);
  }
  const findings: FindingDraft[] = [];
  const retracted: string[] = [];
  for (const key of [...dirty].sort()) {
    const cell = state.risk[key];
    if (!cell) continue;
    const drafts = riskDrafts(cell, context.tenant, context.risk);
    findings.push(...drafts.filter((draft) => cell.out[draft.id] !== draft.digest));
    const standing = Object.fromEntries(drafts.map((draft) => [draft.id, draft.digest]));
    retracted.push(...Object.keys(cell.out).filter((id) => !(id in standing)));
    cell.out = standing;
  }
  return { changed: [], changedRisk: [...dirty].sort(), findings, retracted };
}

/**
 * Digest of what a state knows, for comparing runs (P5, P6): the same after any order of arrival. A risk cell that a finding left again
 * is empty and knows nothing: whether there is one depends on what was told in between.
 */
export function stateDigest(state: FoldState): string {
  const risk = Object.fromEntries(Object.entries(state.risk).filter(([, cell]) => cell.items.length > 0));
  return digestOf([state.cells, risk, state.watermarkMs]);
}
