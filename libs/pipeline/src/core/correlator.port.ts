import type { CorrelationEvent, FindingDraft } from '@dmitry/correlation';
import type { Tx } from '@dmitry/storage';

/** Rules over stored state, for the tenant of the transaction (`@dmitry/correlation/storage` is one). */
export interface Correlator {
  /** Version of the rules, for entries and answers. */
  readonly rulesVersion: string;
  /** Folds events into the stored state, whose rows stay locked until the transaction ends. An event folded twice counts once. */
  fold(
    tx: Tx,
    events: readonly CorrelationEvent[],
  ): Promise<{ readonly findings: readonly FindingDraft[]; readonly retracted: readonly string[] }>;
  /** Latest event time, and when the last event arrived, ms. */
  watermark(tx: Tx): Promise<{ readonly watermarkMs: number; readonly arrivedMs: number }>;
}
export const Correlator = Symbol('Correlator');
