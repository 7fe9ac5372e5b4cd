import type { Clock } from '@dmitry/kit';
import type { Tx } from '@dmitry/storage';
import {
  type Cell,
  createFold,
  type Fold,
  type FoldOptions,
  type FoldOutcome,
  type FoldState,
  type RiskCell,
  type RuleSet,
} from '../core/index.ts';
import type { CorrelationEvent } from '../core/index.ts';

/** How far a tenant's event time has come, ms since the epoch. */
export interface Watermark {
  /** Latest event time seen; 0 before the first event. */
  readonly watermarkMs: number;
  /** When the last event arrived, by our clock. */
  readonly arrivedMs: number;
}

/** The fold of one deployment over stored state: every call works for the tenant of its transaction. */
export interface StoredCorrelator {
  /** Version of the rules, for entries and answers. */
  readonly rulesVersion: string;
  /**
   * Folds new events into the stored cells, which are locked in the order of their keys until the transaction ends. The same events
   * in any order and any batches, within the allowed lateness, give the same findings. An event folded twice counts once.
   * Cells that no event within the allowed lateness can join any more are forgotten along the way; their findings stand.
   */
  fold(tx: Tx, events: readonly CorrelationEvent[]): Promise<Pick<FoldOutcome, 'findings' | 'retracted'>>;
  watermark(tx: Tx): Promise<Watermark>;
}

export interface StoredCorrelatorOptions extends Omit<FoldOptions, 'tenant'> {
  readonly ruleset: RuleSet;
  readonly clock: Clock;
}

type Kind = 'cell' | 'risk';
/** How often a process looks for cells of a tenant to forget, and how many it forgets at once. */
const FORGET_EVERY_MS = 60_000;
const FORGET_BATCH = 500;

export function createStoredCorrelator({ ruleset, clock, ...options }: StoredCorrelatorOptions): StoredCorrelator {
  const folds = new Map<string, Fold>();
  const lookedMs = new Map<string, number>();
  const foldOf = (tx: Tx): Fold => {
    const tenant = tx.tenant ?? '';
    const fold = folds.get(tenant) ?? createFold(ruleset, { ...options, tenant });
    folds.set(tenant, fold);
    return fold;
  };
  return {
    rulesVersion: ruleset.version,
    watermark,
    async fold(tx, events) {
      const fold = foldOf(tx);
      const state = fold.empty();
      state.watermarkMs = (await watermark(tx)).watermarkMs;
      state.cells = await lock<Cell>(tx, 'cell', fold.keysOf(events));
      state.items = Object.values(state.cells).reduce((sum, cell) => sum + cell.items.length, 0);
      const detected = fold.detect(state, events);
      state.risk = await lock<RiskCell>(tx, 'risk', [...new Set(detected.risk.map((change) => change.key))].sort());
      const added = fold.accumulate(state, detected.risk);
      const nowMs = clock.now();
      await save(tx, 'cell', { changed: entriesOf(detected.changed, state.cells), nowMs });
      await save(tx, 'risk', { changed: entriesOf(added.changedRisk, state.risk), nowMs });
      await advance(tx, state, nowMs);
      if (nowMs - (lookedMs.get(fold.tenant) ?? -Infinity) >= FORGET_EVERY_MS) {
        lookedMs.set(fold.tenant, nowMs);
        await forget(tx, state.watermarkMs - fold.horizonMs, nowMs - fold.horizonMs);
      }
      return {
        findings: [...detected.findings, ...added.findings],
        retracted: [...detected.retracted, ...added.retracted],
      };
    },
  };
}

async function watermark(tx: Tx): Promise<Watermark> {
  const [row] = await tx.query<{ watermark_ms: string; arrived_ms: string }>(
    'select watermark_ms, arrived_ms from correlation_watermarks',
  );
  return { watermarkMs: Number(row?.watermark_ms ?? 0), arrivedMs: Number(row?.arrived_ms ?? 0) };
}

/** Rows are made before they are locked, so that two transactions that meet on a new cell wait for each other too. */
async function lock<C>(tx: Tx, kind: Kind, keys: readonly string[]): Promise<Record<string, C>> {
  if (keys.length === 0) return {};
  await tx.query(
    `insert into correlation_cells (tenant, kind, key)
     select $1, $2, key from unnest($3::text[]) as key order by key on conflict do nothing`,
    [tx.tenant, kind, keys],
  );
  const rows = await tx.query<{ key: string; cell: C | null }>(
    'select key, cell from correlation_cells where kind = $1 and key = any($2::text[]) order by key for update',
    [kind, keys],
  );
  return Object.fromEntries(rows.flatMap(({ key, cell }) => (cell === null ? [] : [[key, cell]])));
}

interface Changed {
  readonly key: string;
  readonly cell: Cell | RiskCell;
}

const entriesOf = (keys: readonly string[], cells: Readonly<Record<string, Cell | RiskCell>>): readonly Changed[] =>
  keys.flatMap((key) => {
    const cell = cells[key];
    return cell ? [{ key, cell }] : [];
  });

async function save(
  tx: Tx,
  kind: Kind,
  { changed, nowMs }: { readonly changed: readonly Changed[]; readonly nowMs: number },
): Promise<void> {
  if (changed.length === 0) return;
  await tx.query(
    `update correlation_cells set cell = new.cell::jsonb, last_ms = new.last_ms, touched_ms = $5
     from unnest($2::text[], $3::text[], $4::bigint[]) as new (key, cell, last_ms)
     where correlation_cells.kind = $1 and correlation_cells.key = new.key`,
    [
      kind,
      changed.map(({ key }) => key),
      changed.map(({ cell }) => JSON.stringify(cell)),
      changed.map(({ cell }) => cell.items.at(-1)?.t ?? 0),
      nowMs,
    ],
  );
}

async function advance(tx: Tx, state: FoldState, nowMs: number): Promise<void> {
  await tx.query(
    `insert into correlation_watermarks (tenant, watermark_ms, arrived_ms) values ($1, $2, $3)
     on conflict (tenant) do update set
       watermark_ms = greatest(correlation_watermarks.watermark_ms, excluded.watermark_ms),
       arrived_ms = greatest(correlation_watermarks.arrived_ms, excluded.arrived_ms)`,
    [tx.tenant, state.watermarkMs, nowMs],
  );
}

/**
 * Old by event time alone is not enough: one event from far ahead would make every cell old, and a backlog that is read late would be
 * forgotten while it is read. So nothing may have joined the cell for as long by our clock either.
 */
async function forget(tx: Tx, lastMs: number, touchedMs: number): Promise<void> {
  await tx.query(
    `delete from correlation_cells where (kind, key) in (
       select kind, key from correlation_cells
       where kind in ('cell', 'risk') and last_ms < $1 and touched_ms < $2 and cell is not null
       order by last_ms limit $3 for update skip locked)`,
    [lastMs, touchedMs, FORGET_BATCH],
  );
}
