import type { Action, Effect, EffectState, Run, RunStatus } from '@dmitry/contracts';
import type { Tx } from '@dmitry/storage';

export interface PlannedRun {
  readonly findingId: string | null;
  readonly action: Action;
  readonly actionDigest: string;
  readonly decisionId: string;
}

/** A run's only effect with what dispatch and reconciliation need. Times in milliseconds since the epoch. */
export interface RunEffect extends Effect {
  /** When it last left, or null. */
  readonly dispatchedMs: number | null;
  /** When the other side last said anything of it, or null. */
  readonly heardMs: number | null;
}

/** What changes; what is left out stays, but for the reason, which belongs to the state. */
export interface EffectWrite {
  readonly state: EffectState;
  readonly intentEntry?: string;
  readonly outcomeEntry?: string;
  readonly dispatchedMs?: number;
  readonly heardMs?: number;
  /** How often it was dispatched by now. */
  readonly attempts?: number;
  readonly reason?: string;
  readonly result?: unknown;
  /** The run's, where it is not the one that goes with the effect's state: `cancelled`. */
  readonly status?: RunStatus;
}

export interface RunQuery {
  readonly finding?: string;
  readonly status?: RunStatus;
  /** Id of the run after which to go on. */
  readonly after?: string;
  /** @default 100 */
  readonly limit?: number;
}

/** Runs and effects of one tenant, in the caller's transaction. */
export interface RunStore {
  /**
   * Plans a run, its effect and its job. The same action of a finding is not done twice: while a run of it is open - waiting, running,
   * its effect unknown or given to a person - that run is the answer, and so is one that did it. Only after runs that ended without it
   * another is made, as the next attempt. Without a finding nothing says that a later wish is the same, so only an open run is the
   * answer. Two decisions at once give one run.
   * @returns the run; another `decision_id` than the one planned says that it was there already
   * @throws DmitryError `workflow.decision_used` when the decision has served another run: an ALLOW is used once
   */
  plan(tx: Tx, planned: PlannedRun, dueMs: number): Promise<Run>;
  /** The run with its effect, row locked until the transaction ends; null when this tenant has none of that id. */
  lock(tx: Tx, id: string): Promise<{ readonly run: Run; readonly effect: RunEffect } | null>;
  get(tx: Tx, id: string): Promise<Run | null>;
  /** In the order in which they were planned. */
  list(tx: Tx, query?: RunQuery): Promise<Run[]>;
  /** Writes the effect, and the run's status with it. Under `lock`. */
  writeEffect(tx: Tx, runId: string, effectKey: string, write: EffectWrite): Promise<void>;
  /** Effects in a state, for `halt` (what already left) and for reconciliation reports. */
  effectsIn(tx: Tx, states: readonly EffectState[]): Promise<readonly (RunEffect & { readonly run: string })[]>;
}
export const RunStore = Symbol('RunStore');
