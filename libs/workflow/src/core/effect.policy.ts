import type { EffectState, RunStatus } from '@dmitry/contracts';
import type { EffectAnswer, ProbeAnswer } from './effect.port.ts';

/** Times that rule an effect's life, milliseconds (domain contract of effects: `not_after`, in-flight horizon, escalation). */
export interface EffectTimes {
  /** An effect may not begin later than this after dispatch, and its call is given up then. @default 30 000 */
  readonly notAfterMs: number;
  /** First poll of an accepted effect; later ones come more rarely. @default 2 000 */
  readonly pollMs: number;
  /** How long the other side may stay silent before a person is asked. @default 900 000 */
  readonly escalateMs: number;
  /** Times that an effect is dispatched and, for certain, not done; the first included. @default 3 */
  readonly maxAttempts: number;
}

export const DEFAULT_EFFECT_TIMES: EffectTimes = {
  notAfterMs: 30_000,
  pollMs: 2_000,
  escalateMs: 900_000,
  maxAttempts: 3,
};

/** Longest wait between two looks at the same effect. */
const MAX_WAIT_MS = 60_000;

/** Where an effect goes next: its state, and when to look again (null: never, it is finished). */
export interface EffectMove {
  readonly state: EffectState;
  readonly dueMs: number | null;
  readonly reason?: string;
  readonly result?: unknown;
  /** The dispatch never left and does not count as an attempt. */
  readonly uncounted?: boolean;
}

export interface EffectFacts {
  /** Dispatches so far, this one included. */
  readonly attempts: number;
  readonly plannedMs: number;
  readonly dispatchedMs: number;
  /** When the other side last said anything of it; its dispatch when it never did. */
  readonly heardMs: number;
}

/** The more time has passed the rarer the tries: a quarter of the age, within bounds. */
export const patience = (ageMs: number, leastMs: number): number =>
  Math.min(MAX_WAIT_MS, Math.max(leastMs, Math.floor(ageMs / 4)));

/** What an answer to `execute` makes of a dispatched effect. Unknown is never repeated, only probed. */
export function afterAnswer(answer: EffectAnswer, facts: EffectFacts, nowMs: number, times: EffectTimes): EffectMove {
  switch (answer.kind) {
    case 'confirmed':
      return { state: 'confirmed', dueMs: null, result: answer.result };
    case 'refused':
      return { state: 'refused', dueMs: null, reason: answer.reason };
    case 'accepted':
    case 'in_progress':
      return { state: 'dispatched', dueMs: nowMs + patience(nowMs - facts.dispatchedMs, times.pollMs) };
    case 'unknown':
      return { state: 'unknown', dueMs: nowMs + times.pollMs, reason: answer.reason };
    case 'not_sent': {
      // Nothing left, so nothing is counted: it is tried until the decision's expiry ends it.
      const waitMs = patience(nowMs - facts.plannedMs, times.pollMs);
      return { state: 'planned', dueMs: nowMs + waitMs, reason: answer.reason, uncounted: true };
    }
  }
}

/** What a probe's answer makes of an effect whose result is not known. */
export function afterProbe(probe: ProbeAnswer, facts: EffectFacts, nowMs: number, times: EffectTimes): EffectMove {
  switch (probe.kind) {
    case 'known':
      return afterAnswer(probe.answer, facts, nowMs, times);
    case 'never_seen':
      return afterNeverSeen(probe.horizonMs, facts, nowMs, times);
    case 'unsupported':
      return { state: 'escalated', dueMs: null, reason: probe.reason };
    case 'no_answer': {
      const silentMs = nowMs - facts.heardMs;
      if (silentMs >= times.escalateMs) return { state: 'escalated', dueMs: null, reason: probe.reason };
      return { state: 'unknown', dueMs: nowMs + patience(silentMs, times.pollMs), reason: probe.reason };
    }
  }
}

/** 404 proves nothing while the request may still be on its way; once the horizon has passed it means not done. */
function afterNeverSeen(horizonMs: number, facts: EffectFacts, nowMs: number, times: EffectTimes): EffectMove {
  const certainMs = facts.dispatchedMs + Math.max(horizonMs, times.notAfterMs);
  if (nowMs < certainMs) return { state: 'unknown', dueMs: certainMs, reason: 'never seen so far' };
  const reason = 'never seen within the horizon';
  if (facts.attempts >= times.maxAttempts) return { state: 'not_done', dueMs: null, reason };
  return { state: 'planned', dueMs: nowMs + 1_000 * 2 ** facts.attempts, reason };
}

const STATUS = {
  planned: 'waiting',
  dispatched: 'running',
  confirmed: 'succeeded',
  refused: 'refused',
  unknown: 'unknown',
  not_done: 'failed',
  escalated: 'escalated',
} as const satisfies Record<EffectState, RunStatus>;

/** The run's status that goes with the state of its only effect. */
export const runStatusOf = (state: EffectState): RunStatus => STATUS[state];

/** Whether something of a run may still happen, or may have happened and nobody knows: it is never repeated. */
export const isOpen = (status: RunStatus): boolean =>
  status === 'waiting' || status === 'running' || status === 'unknown' || status === 'escalated';

/** An effect's end, as the gate settles the reservation by it. */
export type FinalState = 'confirmed' | 'refused' | 'not_done' | 'escalated';

/** Whether nothing more will happen to an effect by itself. */
export const isFinal = (state: EffectState): state is FinalState =>
  state === 'confirmed' || state === 'refused' || state === 'not_done' || state === 'escalated';
