import type { Run } from '@dmitry/contracts';
import type { Clock } from '@dmitry/kit';
import type { CallContext, CallRecorder } from '@dmitry/outbound';
import type { Database, Tx } from '@dmitry/storage';
import type { EntryDraft, Ledger, LedgerSession } from '@dmitry/trust-ledger';
import { intentDraft, keptResult, outcomeDraft, requestOf } from './effect-entries.ts';
import {
  afterAnswer,
  afterProbe,
  DEFAULT_EFFECT_TIMES,
  type EffectFacts,
  type EffectMove,
  type EffectTimes,
  isFinal,
  patience,
} from './effect.policy.ts';
import type { DispatchCheck, EffectExecutor, ProbeAnswer } from './effect.port.ts';
import type { ClaimedJob } from './job.port.ts';
import { type KillPoint, noKillPoint } from './kill-point.ts';
import type { RunEffect, RunStore } from './run-store.port.ts';
import { runNotFound } from './workflow.errors.ts';

export interface RunWorkerOptions {
  readonly database: Database;
  readonly runs: RunStore;
  readonly ledger: Ledger;
  readonly gate: DispatchCheck;
  readonly executor: EffectExecutor;
  /** Makes the recorder of a session, for the reads that probe. */
  readonly recorder: (session: LedgerSession) => CallRecorder;
  readonly clock: Clock;
  readonly times?: EffectTimes;
  readonly killPoint?: KillPoint;
  /** Called in the transaction that finishes a run: publishes through the outbox. */
  readonly onFinished?: (tx: Tx, run: Run) => Promise<void>;
}

interface Locked {
  readonly run: Run;
  readonly effect: RunEffect;
}
/** One attempt at one job: what every step needs. */
interface Attempt {
  readonly job: ClaimedJob;
  readonly session: LedgerSession;
}
/** What tx 4 decided: call now, look at what is out there, or nothing to do. */
type Step =
  | {
      readonly kind: 'call';
      readonly request: ReturnType<typeof requestOf>;
      readonly intent: string;
      readonly locked: Locked;
    }
  | { readonly kind: 'probe'; readonly locked: Locked }
  | { readonly kind: 'ended' };

/** What an attempt found out, as it is written. */
type Change = EffectMove & { readonly heardMs?: number; readonly outcome?: EntryDraft };

/** A held job outlives the call it makes by this much, so that the outcome is written under the same fence. */
const HOLD_MARGIN_MS = 30_000;
/** First wait of a run that may not be dispatched yet. */
const HALTED_WAIT_MS = 1_000;

/** Carries one run forward: dispatch, call, outcome; or probe what is not known (DESIGN.md 5.5). */
export class RunWorker {
  private readonly times: EffectTimes;
  private readonly killPoint: KillPoint;

  constructor(private readonly options: RunWorkerOptions) {
    this.times = options.times ?? DEFAULT_EFFECT_TIMES;
    this.killPoint = options.killPoint ?? noKillPoint;
  }

  /** The handler of jobs of kind `run`; the key is the run id. */
  async handle(job: ClaimedJob): Promise<void> {
    const { ledger, database } = this.options;
    const session = await ledger.openSession(
      job.tenant,
      { kind: 'workflow', name: 'run-worker' },
      { lookups: { run: job.key } },
    );
    const attempt: Attempt = { job, session };
    try {
      const origin = await ledger.origin(job.tenant);
      await this.killPoint('run.before-dispatch');
      const step = await database.tenant(job.tenant, (tx) => this.dispatch(tx, attempt, origin));
      await this.killPoint('run.after-dispatch');
      if (step.kind === 'call') await this.call(attempt, step);
      if (step.kind === 'probe') await this.probe(attempt, step.locked);
    } finally {
      // A session that cannot be sealed is sealed as abandoned later; what was committed stays committed.
      await session.seal().catch(() => undefined);
    }
  }

  /** tx 4: everything is checked again right before the call, and the intent is written with the state. */
  private async dispatch(tx: Tx, attempt: Attempt, origin: string): Promise<Step> {
    const { job } = attempt;
    const nowMs = this.options.clock.now();
    // First the job and then the run, as when the outcome is written: two workers cannot wait for each other.
    await job.hold(tx, nowMs + this.times.notAfterMs + HOLD_MARGIN_MS);
    const locked = await this.options.runs.lock(tx, job.key);
    if (!locked) throw runNotFound(job.key);
    const { run, effect } = locked;
    if (isFinal(effect.state)) {
      await job.complete(tx);
      return { kind: 'ended' };
    }
    // Dispatched and found here again: the process that called died, or the other side works on it. Either way: ask, never repeat.
    if (effect.state !== 'planned') return { kind: 'probe', locked };
    const check = await this.options.gate.check(tx, {
      decisionId: run.decision_id,
      actionDigest: run.action_digest,
      effectKey: effect.effect_key,
    });
    if (!check.ok) return this.notDispatched(tx, attempt, locked, check);
    const request = requestOf(run, origin, Math.min(check.notAfterMs, nowMs + this.times.notAfterMs));
    const intent = await append(tx, attempt.session, intentDraft(run, effect.effect_key, request, check.approvals));
    const attempts = effect.attempts + 1;
    await this.options.runs.writeEffect(tx, run.id, effect.effect_key, {
      state: 'dispatched',
      intentEntry: intent,
      dispatchedMs: nowMs,
      heardMs: nowMs,
      attempts,
    });
    await this.killPoint('run.in-dispatch');
    const dispatched = { ...effect, attempts, dispatchedMs: nowMs, heardMs: nowMs };
    return { kind: 'call', request, intent, locked: { run, effect: dispatched } };
  }

  private async notDispatched(
    tx: Tx,
    attempt: Attempt,
    locked: Locked,
    check: { readonly code: string; readonly retryable: boolean },
  ): Promise<Step> {
    if (check.retryable) {
      const nowMs = this.options.clock.now();
      await attempt.job.reschedule(tx, nowMs + patience(nowMs - Date.parse(locked.run.updated_at), HALTED_WAIT_MS));
    } else {
      await this.write(tx, attempt, locked, { state: 'refused', dueMs: null, reason: check.code });
    }
    return { kind: 'ended' };
  }

  /** The call, and tx 5 with what came of it. */
  private async call(attempt: Attempt, { request, intent, locked }: Extract<Step, { kind: 'call' }>): Promise<void> {
    const { clock, executor, database } = this.options;
    const startedMs = clock.monotonicMs();
    const answer = await executor.execute(this.context(attempt), locked.effect.effect_key, request);
    const latencyMs = Math.round(clock.monotonicMs() - startedMs);
    await this.killPoint('run.after-call');
    const move = afterAnswer(answer, factsOf(locked), clock.now(), this.times);
    const outcome = outcomeDraft(locked, { intent, status: answer.kind, answer, latencyMs });
    await database.tenant(attempt.job.tenant, (tx) => this.write(tx, attempt, locked, { ...move, outcome }));
    await this.killPoint('run.after-outcome');
  }

  /** Reads what happened outside, then closes the open intent with what is known now. */
  private async probe(attempt: Attempt, locked: Locked): Promise<void> {
    const { clock, executor, database } = this.options;
    const probe = await executor.probe(this.context(attempt), locked.effect.effect_key);
    await this.killPoint('run.after-probe');
    const nowMs = clock.now();
    const move = afterProbe(probe, factsOf(locked), nowMs, this.times);
    const heard = probe.kind === 'known' || probe.kind === 'never_seen' ? { heardMs: nowMs } : {};
    const intent = locked.effect.intent_entry;
    const settled = isFinal(move.state) || move.state === 'planned';
    const outcome =
      settled && intent
        ? { outcome: outcomeDraft(locked, { intent, status: statusOf(probe, move), answer: probe, latencyMs: 0 }) }
        : {};
    await database.tenant(attempt.job.tenant, (tx) =>
      this.write(tx, attempt, locked, { ...move, ...heard, ...outcome }),
    );
    await this.killPoint('run.after-outcome');
  }

  private context({ job, session }: Attempt): CallContext {
    return {
      tenant: job.tenant,
      recorder: this.options.recorder(session),
      deadlineMs: this.options.clock.now() + this.times.notAfterMs,
    };
  }

  /** The end or the next look, the outcome, the new state and the reservation, in one commit; whoever lost the job stops at once. */
  private async write(tx: Tx, { job, session }: Attempt, { run, effect }: Locked, change: Change): Promise<void> {
    const { runs, gate, clock } = this.options;
    const { dueMs, uncounted, outcome, result, ...written } = change;
    if (isFinal(change.state)) await job.complete(tx);
    else await job.reschedule(tx, dueMs ?? clock.now());
    await runs.writeEffect(tx, run.id, effect.effect_key, {
      ...written,
      ...(result === undefined ? {} : { result: keptResult(result) }),
      ...(outcome ? { outcomeEntry: await append(tx, session, outcome) } : {}),
      ...(uncounted ? { attempts: effect.attempts - 1 } : {}),
    });
    if (isFinal(change.state)) {
      await gate.settle(tx, run.decision_id, change.state);
      await this.announce(tx, run.id);
    }
    await this.killPoint('run.in-outcome');
  }

  private async announce(tx: Tx, id: string): Promise<void> {
    const finished = this.options.onFinished ? await this.options.runs.get(tx, id) : null;
    if (finished) await this.options.onFinished?.(tx, finished);
  }
}

const factsOf = ({ run, effect }: Locked): EffectFacts => {
  const plannedMs = Date.parse(run.created_at);
  const dispatchedMs = effect.dispatchedMs ?? plannedMs;
  return { attempts: effect.attempts, plannedMs, dispatchedMs, heardMs: effect.heardMs ?? dispatchedMs };
};

/** What the outcome entry of a reconciled effect says. */
const statusOf = (probe: ProbeAnswer, move: EffectMove): string => {
  if (probe.kind === 'known') return probe.answer.kind;
  return move.state === 'escalated' ? 'unknown' : 'not_done';
};

async function append(tx: Tx, session: LedgerSession, draft: EntryDraft): Promise<string> {
  const [entry] = await session.append(tx, [draft]);
  if (!entry) throw new TypeError('the ledger answered without an entry');
  return entry.id;
}
