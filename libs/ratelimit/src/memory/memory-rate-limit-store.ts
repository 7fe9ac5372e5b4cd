import type { Clock } from '@dmitry/kit';
import {
  type Consumed,
  consumedOf,
  type ConsumePlan,
  type ConsumeRequest,
  type Judged,
  judge,
  planOf,
  type RateLimitStore,
  REPEAT_WINDOW_MS,
} from '../core/index.ts';

/** Entries beyond which those that no longer matter are swept out. */
const SWEEP_SIZE = 10_000;

/** Limits of one process, in the time of the clock. For one-process deployments: two processes would each admit the whole limit. */
export const createMemoryRateLimitStore = (clock: Clock): RateLimitStore => new MemoryRateLimitStore(clock);

class MemoryRateLimitStore implements RateLimitStore {
  private readonly arrivals = new Map<string, number>();
  private readonly admitted = new Map<string, number>();
  private latestUs = 0;
  private sweepSize = SWEEP_SIZE;

  constructor(private readonly clock: Clock) {}

  async consume(request: ConsumeRequest): Promise<Consumed> {
    const plan = planOf(request);
    const nowUs = this.nowUs();
    return consumedOf(
      request.charges,
      this.isRepeated(plan, nowUs) ? this.read(plan, nowUs) : this.charge(plan, nowUs),
    );
  }

  ping(): Promise<boolean> {
    return Promise.resolve(true);
  }

  close(): Promise<void> {
    this.arrivals.clear();
    this.admitted.clear();
    return Promise.resolve();
  }

  private isRepeated(plan: ConsumePlan, nowUs: number): boolean {
    return (this.admitted.get(plan.requestKey) ?? 0) > nowUs;
  }

  private charge(plan: ConsumePlan, nowUs: number): Judged {
    const judged = judge(plan.gauges, this.stored(plan), nowUs);
    if (!judged.allowed) return judged;
    plan.gaugeKeys.forEach((key, at) => this.arrivals.set(key, nowUs + (judged.readings[at]?.aheadUs ?? 0)));
    this.admitted.set(plan.requestKey, nowUs + REPEAT_WINDOW_MS * 1_000);
    this.sweep(nowUs);
    return judged;
  }

  private read(plan: ConsumePlan, nowUs: number): Judged {
    const readings = this.stored(plan).map((arrival) => ({ aheadUs: Math.max(0, arrival - nowUs), waitUs: 0 }));
    return { allowed: true, readings };
  }

  private stored(plan: ConsumePlan): readonly number[] {
    return plan.gaugeKeys.map((key) => this.arrivals.get(key) ?? 0);
  }

  /** A clock that goes back stands still instead. */
  private nowUs(): number {
    this.latestUs = Math.max(this.latestUs, Math.floor(this.clock.now() * 1_000));
    return this.latestUs;
  }

  /** What lies in the past says the same as nothing. */
  private sweep(nowUs: number): void {
    if (this.arrivals.size + this.admitted.size < this.sweepSize) return;
    for (const entries of [this.arrivals, this.admitted]) {
      for (const [key, untilUs] of entries) if (untilUs <= nowUs) entries.delete(key);
    }
    this.sweepSize = Math.max(SWEEP_SIZE, 2 * (this.arrivals.size + this.admitted.size));
  }
}
