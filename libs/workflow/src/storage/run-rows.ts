import type { Action, EffectState, Run, RunStatus } from '@dmitry/contracts';
import { isoTime } from '@dmitry/kit';
import type { Row } from '@dmitry/storage';
import type { RunEffect } from '../core/index.ts';

export interface RunRow extends Row {
  readonly tenant: string;
  readonly id: string;
  readonly finding_id: string | null;
  readonly action: string;
  readonly action_digest: string;
  readonly attempt: number;
  readonly decision_id: string;
  readonly status: RunStatus;
  readonly created_ms: string;
  readonly updated_ms: string;
}

export interface EffectRow extends Row {
  readonly effect_key: string;
  readonly run_id: string;
  readonly step: string;
  readonly state: EffectState;
  readonly attempts: number;
  readonly dispatched_ms: string | null;
  readonly heard_ms: string | null;
  readonly intent_entry: string | null;
  readonly outcome_entry: string | null;
  readonly reason: string | null;
  readonly result: string | null;
}

const time = (text: string | null): number | null => (text === null ? null : Number(text));

export const effectOf = (row: EffectRow): RunEffect => ({
  effect_key: row.effect_key,
  step: row.step,
  state: row.state,
  attempts: row.attempts,
  intent_entry: row.intent_entry,
  outcome_entry: row.outcome_entry,
  ...(row.reason === null ? {} : { reason: row.reason }),
  ...(row.result === null ? {} : { result: JSON.parse(row.result) as unknown }),
  dispatchedMs: time(row.dispatched_ms),
  heardMs: time(row.heard_ms),
});

/** The run as the wire has it: its effects without our own times. */
export const runOf = (row: RunRow, effects: readonly EffectRow[]): Run => ({
  id: row.id,
  tenant_id: row.tenant,
  finding_id: row.finding_id,
  action: JSON.parse(row.action) as Action,
  action_digest: row.action_digest,
  attempt: row.attempt,
  decision_id: row.decision_id,
  status: row.status,
  effects: effects.map((each) => {
    const { dispatchedMs: _sent, heardMs: _heard, ...effect } = effectOf(each);
    return effect;
  }),
  created_at: isoTime(Number(row.created_ms)),
  updated_at: isoTime(Number(row.updated_ms)),
});
