import type { Clock } from '../core/index.ts';

interface Waiter {
  readonly at: number;
  readonly fire: () => void;
}

/** A clock that moves only when told to. Sleepers wake in the order of their due times. */
export class ManualClock implements Clock {
  private time: number;
  private readonly start: number;
  private waiters: Waiter[] = [];

  /** @param startMs where the clock stands at first, milliseconds since the epoch */
  constructor(startMs = 1_767_225_600_000) {
    this.time = startMs;
    this.start = startMs;
  }

  now(): number {
    return this.time;
  }

  monotonicMs(): number {
    return this.time - this.start;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason as Error);
      const abort = (): void => {
        this.waiters = this.waiters.filter((each) => each !== waiter);
        reject(signal?.reason as Error);
      };
      const waiter: Waiter = {
        at: this.time + ms,
        fire: () => {
          signal?.removeEventListener('abort', abort);
          resolve();
        },
      };
      signal?.addEventListener('abort', abort, { once: true });
      this.waiters.push(waiter);
    });
  }

  every(ms: number, tick: () => void): () => void {
    let live = true;
    const arm = (): void => {
      this.waiters.push({
        at: this.time + ms,
        fire: () => {
          if (live) {
            tick();
            arm();
          }
        },
      });
    };
    arm();
    return () => {
      live = false;
    };
  }

  /** Moves time forward by `ms` and lets everything due happen, each at its own time, settled promises included. */
  async advance(ms: number): Promise<void> {
    const target = this.time + ms;
    for (;;) {
      await settle();
      if (!this.step(target)) break;
    }
    this.time = target;
    await settle();
  }

  /** Moves time to whatever is due next and lets that happen alone; false when nothing waits, or nothing until `limitMs`. */
  step(limitMs = Infinity): boolean {
    const due = this.waiters.filter((each) => each.at <= limitMs).sort((a, b) => a.at - b.at)[0];
    if (!due) return false;
    this.waiters = this.waiters.filter((each) => each !== due);
    this.time = Math.max(this.time, due.at);
    due.fire();
    return true;
  }

  /** How many sleepers and repeating ticks wait. */
  get pending(): number {
    return this.waiters.length;
  }
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
