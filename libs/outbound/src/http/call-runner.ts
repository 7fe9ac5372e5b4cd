import type { Clock, IdSource } from '@dmitry/kit';
import type { CallEnd, Failed, RequestKind, UnavailableReason } from '../core/index.ts';
import { Breaker, type BreakerState, type Verdict } from './breaker.ts';
import { Bulkhead } from './bulkhead.ts';
import type { OutboundLimits } from './outbound-limits.ts';
import { backoffOf, mayRetry } from './retry.policy.ts';
import { RetryBudget } from './retry-budget.ts';
import { Stopped, TimeWindow } from './time-window.ts';
import type { OpenReply } from './wire.ts';

/** A streamed reply holds its place and its window until whoever reads it gives them back. */
export class Streaming {
  readonly kind = 'streaming';
  giveBack: () => void = () => undefined;

  constructor(readonly reply: OpenReply) {}
}

/** `cause` is for the log alone. */
export type CausedEnd = CallEnd & { readonly cause?: unknown };
export type AttemptEnd = CausedEnd | Streaming;

export interface RunnerParts {
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly limits: OutboundLimits;
  readonly onBreaker: (kind: RequestKind, state: BreakerState) => void;
}

export interface RunRequest<E extends AttemptEnd> {
  readonly kind: RequestKind;
  readonly attemptTimeoutMs: number;
  /** The whole call's window. */
  readonly window: AbortSignal;
  readonly deadlineMs: number;
  /** One attempt. Never rejects. */
  readonly once: (signal: AbortSignal) => Promise<E>;
}

export interface Ran<E> {
  readonly end: E | Failed;
  readonly attempts: number;
}

const KINDS: readonly RequestKind[] = ['read', 'keyed', 'unsafe'];

/** Attempts with breaker, bulkhead, budget and backoff. One breaker per kind of request: reads that fail do not stop effects. */
export class CallRunner {
  readonly bulkhead: Bulkhead;
  private readonly budget: RetryBudget;
  private readonly breakers: ReadonlyMap<RequestKind, Breaker<AttemptEnd>>;

  constructor(private readonly parts: RunnerParts) {
    const { clock, limits } = parts;
    this.bulkhead = new Bulkhead(limits);
    this.budget = new RetryBudget(limits);
    this.breakers = new Map(
      KINDS.map((kind) => [
        kind,
        new Breaker<AttemptEnd>(clock, limits.breaker, verdictOf, (state) => parts.onBreaker(kind, state)),
      ]),
    );
  }

  /** The worst of the breakers. */
  breakerState(): BreakerState {
    const states = [...this.breakers.values()].map((breaker) => breaker.state());
    return states.find((state) => state === 'open') ?? states.find((state) => state === 'half_open') ?? 'closed';
  }

  /** Never rejects. */
  async run<E extends AttemptEnd>(request: RunRequest<E>): Promise<Ran<E>> {
    this.budget.offered();
    let last: E | Failed | undefined;
    let attempts = 0;
    for (;;) {
      const end = await this.attempt(request, () => (attempts += 1));
      // A retry that the breaker or the queue refused says less than the attempt before it.
      if (last && end.kind === 'failed' && REFUSED_HERE.has(end.reason)) return { end: last, attempts };
      last = end;
      if (attempts === 0 || !(await this.pause(request, end, attempts))) return { end, attempts };
    }
  }

  /** Waits before the next attempt. @returns false when there is none */
  private async pause(request: RunRequest<AttemptEnd>, end: AttemptEnd, attempts: number): Promise<boolean> {
    const { clock, ids, limits } = this.parts;
    if (end.kind === 'streaming' || attempts >= limits.maxAttempts || !mayRetry(end, request.kind)) return false;
    const waitMs = backoffOf(end, attempts, limits, { fraction: ids.fraction(), nowMs: clock.now() });
    if (clock.now() + waitMs >= request.deadlineMs || !this.budget.take()) return false;
    return clock.sleep(waitMs, request.window).then(
      () => true,
      () => false,
    );
  }

  private async attempt<E extends AttemptEnd>(request: RunRequest<E>, sent: () => void): Promise<E | Failed> {
    const breaker = this.breakers.get(request.kind);
    const end = await breaker?.run(() => this.withPlace(request, sent));
    return end === 'open' || end === undefined ? notSent('breaker_open') : (end as E | Failed);
  }

  private async withPlace<E extends AttemptEnd>(request: RunRequest<E>, sent: () => void): Promise<E | Failed> {
    let release: (() => void) | null;
    try {
      release = await this.bulkhead.acquire(request.window);
    } catch (error) {
      return notSent(error instanceof Stopped ? error.reason : 'aborted');
    }
    if (!release) return notSent('overloaded');
    sent();
    return this.timed(request, release);
  }

  private async timed<E extends AttemptEnd>(request: RunRequest<E>, release: () => void): Promise<E | Failed> {
    const { clock } = this.parts;
    const startMs = clock.monotonicMs();
    const window = new TimeWindow(clock, {
      limitMs: request.attemptTimeoutMs,
      reason: 'timeout',
      parent: request.window,
    });
    const giveBack = (): void => {
      window.close();
      release();
    };
    const end = await request.once(window.signal);
    if (end.kind === 'streaming') {
      window.met();
      end.giveBack = giveBack;
      return end;
    }
    giveBack();
    // A deadline shorter than the attempt's limit must not hide a silent upstream from the breaker.
    const silent = end.kind === 'failed' && end.reason === 'deadline' && end.left;
    const longEnough = clock.monotonicMs() - startMs >= request.attemptTimeoutMs / 2;
    return silent && longEnough ? { kind: 'failed', reason: 'timeout', left: true } : end;
  }
}

const REFUSED_HERE: ReadonlySet<UnavailableReason> = new Set(['breaker_open', 'overloaded']);

const notSent = (reason: UnavailableReason): Failed => ({ kind: 'failed', reason, left: false });

/** What an attempt says about the other side. A refusal (4xx) is an answer: it never trips the breaker. */
export function verdictOf(end: AttemptEnd): Verdict {
  if (end.kind === 'streaming') return 'success';
  if (end.kind === 'reply') return end.status >= 500 ? 'failure' : 'success';
  if (end.reason === 'too_large') return 'success';
  return NEUTRAL.has(end.reason) ? 'neutral' : 'failure';
}

const NEUTRAL: ReadonlySet<UnavailableReason> = new Set(['aborted', 'deadline', 'overloaded', 'breaker_open']);
