import type { CorrelationEvent } from './fold-event.ts';
import type { FindingDraft } from './fold/finding-draft.ts';
import { createFold, type Fold, type FoldOutcome, type FoldState } from './fold/fold.ts';
import type { RuleSet } from './sigma/rule-set.ts';
import type { DetectionRule } from './sigma/rule.ts';

/** A finding of a stream: what it says, and the numbers of the records that it rests on, ascending. */
export interface StreamFinding extends Omit<FindingDraft, 'events'> {
  readonly records: readonly number[];
}

/** Rules over one finite stream of numbered events. Memory is the fold's bound, and the findings with their record numbers. */
export interface StreamCorrelator {
  observe(event: CorrelationEvent): void;
  /** The findings that stand, by time of their first event, then id. Takes in everything observed so far. */
  findings(): readonly StreamFinding[];
}

/** One match of a rule: of a detection rule on one record, or of a correlation rule on the records of its window. */
export interface RuleMatch {
  readonly ruleId: string;
  readonly title: string;
  readonly kind: 'detection' | 'correlation';
  readonly records: readonly number[];
  readonly firstMs: number;
  readonly lastMs: number;
  readonly group: Readonly<Record<string, string>>;
}

/** Matches of a stream: those of detection rules at once, those of correlation rules when the stream is over. */
export interface StreamDetector {
  observe(event: CorrelationEvent): readonly RuleMatch[];
  finish(): readonly RuleMatch[];
}

/** Events that are folded together: a window's findings are made once for all of them. */
const BATCH = 512;

/** @param tenant goes into the ids of findings */
export function createStreamCorrelator(ruleset: RuleSet, tenant: string): StreamCorrelator {
  const fold = createFold(ruleset, { tenant });
  const state = fold.empty();
  const standing = new Map<string, StreamFinding>();
  let batch: CorrelationEvent[] = [];
  const settle = () => {
    if (batch.length === 0) return;
    const outcome = fold.observe(state, batch);
    for (const id of outcome.retracted) standing.delete(id);
    for (const draft of outcome.findings) standing.set(draft.id, streamFinding(draft, standing.get(draft.id)));
    keepOverflow(standing, batch, { fold, state, outcome });
    batch = [];
  };
  return {
    observe(event) {
      batch.push(event);
      if (batch.length >= BATCH) settle();
    },
    findings() {
      settle();
      return [...standing.values()].sort((a, b) => a.firstMs - b.firstMs || (a.id < b.id ? -1 : 1));
    },
  };
}

function streamFinding({ events, ...draft }: FindingDraft, before: StreamFinding | undefined): StreamFinding {
  const own = events.flatMap((event) => event.index ?? []);
  const overflowed = draft.count > events.length ? (before?.records ?? []) : [];
  return { ...draft, records: ascending([...own, ...overflowed]) };
}

const ascending = (records: readonly number[]): readonly number[] => [...new Set(records)].sort((a, b) => a - b);

/** A full cell counts further matches without keeping them; their numbers go to its latest finding, so that none is lost. */
function keepOverflow(
  standing: Map<string, StreamFinding>,
  batch: readonly CorrelationEvent[],
  { fold, state, outcome }: { fold: Fold; state: FoldState; outcome: FoldOutcome },
): void {
  const full = new Map(
    outcome.changed.flatMap((key) => {
      const cell = state.cells[key];
      const latest = cell && cell.over > 0 ? standing.get(Object.keys(cell.out).at(-1) ?? '') : undefined;
      return latest ? [[key, latest] as const] : [];
    }),
  );
  if (full.size === 0) return;
  const more = new Map<string, number[]>();
  for (const event of batch) {
    for (const key of event.index === undefined ? [] : fold.keysOf([event])) {
      const id = full.get(key)?.id;
      if (id !== undefined) more.set(id, [...(more.get(id) ?? []), event.index as number]);
    }
  }
  for (const [id, records] of more) {
    const finding = standing.get(id);
    if (finding) standing.set(id, { ...finding, records: ascending([...finding.records, ...records]) });
  }
}

/**
 * Every match, also of rules that make no findings of their own because a correlation refers to them - those only without `correlate`,
 * as Sigma's `generate` says.
 */
export function createStreamDetector(ruleset: RuleSet, options: { readonly correlate: boolean }): StreamDetector {
  const matchOnce = remembered(ruleset);
  const correlate = options.correlate && ruleset.correlations.length > 0;
  const correlator = correlate ? createStreamCorrelator({ ...ruleset, match: matchOnce }, 'stream') : null;
  return {
    observe(event) {
      correlator?.observe(event);
      return matchOnce(event).flatMap((rule) =>
        options.correlate && !rule.extension.generate ? [] : [detectionMatch(rule, event)],
      );
    },
    finish: () =>
      (correlator?.findings() ?? []).filter((finding) => finding.kind === 'correlation').map(correlationMatch),
  };
}

/** A rule set whose events are matched once, however often they are asked about. */
function remembered(ruleset: RuleSet): RuleSet['match'] {
  const known = new WeakMap<CorrelationEvent, readonly DetectionRule[]>();
  return (event) => {
    const rules = known.get(event) ?? ruleset.match(event);
    known.set(event, rules);
    return rules;
  };
}

const detectionMatch = (rule: DetectionRule, event: CorrelationEvent): RuleMatch => ({
  ruleId: rule.id,
  title: rule.title,
  kind: 'detection',
  records: event.index === undefined ? [] : [event.index],
  firstMs: event.timeMs,
  lastMs: event.timeMs,
  group: {},
});

const correlationMatch = ({ rule, title, records, firstMs, lastMs, group }: StreamFinding): RuleMatch => ({
  ruleId: rule.id,
  title,
  kind: 'correlation',
  records,
  firstMs,
  lastMs,
  group,
});
