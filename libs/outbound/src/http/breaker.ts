import { EventEmitter } from 'node:events';
import CircuitBreaker from 'opossum';
import type { Clock } from '@dmitry/kit';
import type { BreakerLimits } from './outbound-limits.ts';

/** `neutral` says nothing about the other side: a caller that gave up, a full queue. */
export type Verdict = 'success' | 'failure' | 'neutral';
export type BreakerState = 'closed' | 'open' | 'half_open';

type Work<T> = () => Promise<T>;

/** Carries a result that counts as a failure through opossum's rejection. */
class Counted<T> extends Error {
  constructor(
    readonly result: T,
    readonly verdict: Verdict,
  ) {
    super(verdict);
  }
}

const BUCKETS = 10;
/** Longer than any process waits: opossum's own reset timer must never fire, ours derives from the clock. */
const NEVER_MS = 2 ** 31 - 1;

/**
 * opossum's window and states, driven by the `Clock` and without timers: buckets are turned and the open state ends when a call comes,
 * by timestamps. Each period between two openings is an opossum breaker of its own, so that what was in flight before cannot
 * close or open the one after it.
 */
export class Breaker<T> {
  private circuit: CircuitBreaker<[Work<T>], T>;
  private turner = new EventEmitter();
  private turnedMs: number;
  private openedMs = 0;

  constructor(
    private readonly clock: Clock,
    private readonly limits: BreakerLimits,
    private readonly verdictOf: (result: T) => Verdict,
    private readonly onChange: (state: BreakerState) => void = () => undefined,
  ) {
    this.turnedMs = clock.monotonicMs();
    this.circuit = this.build(false);
  }

  state(): BreakerState {
    if (this.circuit.opened) return this.isDue() ? 'half_open' : 'open';
    return this.circuit.halfOpen ? 'half_open' : 'closed';
  }

  /** Runs `work`, or refuses with 'open'. `work` must not reject. */
  async run(work: Work<T>): Promise<T | 'open'> {
    this.turnBuckets();
    if (this.circuit.opened && this.isDue()) this.replace(true);
    const circuit = this.circuit;
    try {
      return await circuit.fire(work);
    } catch (error) {
      if (!(error instanceof Counted)) {
        if (CircuitBreaker.isOurError(error as Error)) return 'open';
        throw error;
      }
      return error.result as T;
    }
  }

  private isDue(): boolean {
    return this.clock.monotonicMs() - this.openedMs >= this.limits.resetMs;
  }

  private turnBuckets(): void {
    const bucketMs = this.limits.windowMs / BUCKETS;
    const due = Math.floor((this.clock.monotonicMs() - this.turnedMs) / bucketMs);
    for (let turn = 0; turn < Math.min(due, BUCKETS); turn++) this.turner.emit('rotate');
    this.turnedMs += due * bucketMs;
  }

  private replace(halfOpen: boolean): void {
    this.circuit.shutdown();
    this.turner = new EventEmitter();
    this.circuit = this.build(halfOpen);
    if (halfOpen) this.onChange('half_open');
  }

  private build(halfOpen: boolean): CircuitBreaker<[Work<T>], T> {
    const options = {
      timeout: false as const,
      resetTimeout: NEVER_MS,
      rollingCountTimeout: this.limits.windowMs,
      rollingCountBuckets: BUCKETS,
      rollingPercentilesEnabled: false,
      enableSnapshots: false,
      rotateBucketController: this.turner,
      errorThresholdPercentage: this.limits.errorPercent,
      volumeThreshold: this.limits.minCalls,
      // A neutral trial must not close the circuit: it is replaced by a fresh trial before anyone sees it closed.
      errorFilter: (error: unknown) => error instanceof Counted && error.verdict === 'neutral',
      state: { closed: !halfOpen, halfOpen },
    };
    const circuit: CircuitBreaker<[Work<T>], T> = new CircuitBreaker(
      (work: Work<T>) => this.judged(work, circuit),
      options,
    );
    circuit.on('open', () => this.opened(circuit));
    circuit.on('close', () => this.closed(circuit));
    return circuit;
  }

  private async judged(work: Work<T>, circuit: CircuitBreaker<[Work<T>], T>): Promise<T> {
    const trial = circuit.halfOpen;
    const result = await work();
    const verdict = this.verdictOf(result);
    if (verdict === 'success') return result;
    if (verdict === 'neutral' && trial && circuit === this.circuit) this.replace(true);
    throw new Counted(result, verdict);
  }

  private opened(circuit: CircuitBreaker<[Work<T>], T>): void {
    if (circuit !== this.circuit) return;
    this.openedMs = this.clock.monotonicMs();
    this.onChange('open');
  }

  private closed(circuit: CircuitBreaker<[Work<T>], T>): void {
    if (circuit === this.circuit) this.onChange('closed');
  }
}
