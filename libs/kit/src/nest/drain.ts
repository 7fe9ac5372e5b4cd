import { Injectable } from '@nestjs/common';
import type { Clock } from '../core/index.ts';

/** Requests in flight, and whether new ones are still taken. */
@Injectable()
export class Drain {
  private readonly inFlight = new Set<object>();
  private begun = false;
  private whenIdle: (() => void)[] = [];

  get draining(): boolean {
    return this.begun;
  }

  /** How many requests are in flight. */
  get size(): number {
    return this.inFlight.size;
  }

  begin(): void {
    this.begun = true;
  }

  enter(request: object): void {
    this.inFlight.add(request);
  }

  /** May be called more than once for a request: a broken connection and an answer both end it. */
  leave(request: object): void {
    if (!this.inFlight.delete(request) || this.inFlight.size > 0) return;
    for (const resolve of this.whenIdle.splice(0)) resolve();
  }

  /** @returns whether everything in flight was answered within the limit */
  async idle(clock: Clock, limitMs: number): Promise<boolean> {
    if (this.inFlight.size === 0) return true;
    const limit = new AbortController();
    const answered = new Promise<boolean>((resolve) => this.whenIdle.push(() => resolve(true)));
    const late = clock.sleep(limitMs, limit.signal).then(
      () => false,
      () => true,
    );
    return Promise.race([answered, late]).finally(() => limit.abort());
  }
}
