/** A bounded number of calls at a time, and a short first-come queue. Permits are conserved whatever aborts. */
export class Bulkhead {
  private held = 0;
  private readonly queue: (() => void)[] = [];

  constructor(private readonly options: { readonly maxInFlight: number; readonly maxQueued: number }) {}

  get inFlight(): number {
    return this.held;
  }

  get queued(): number {
    return this.queue.length;
  }

  /**
   * Waits for a place. @returns how to give it back (once), or null when the queue is full
   * @throws the signal's reason when it aborts first
   */
  async acquire(signal: AbortSignal): Promise<(() => void) | null> {
    signal.throwIfAborted();
    if (this.held < this.options.maxInFlight) {
      this.held += 1;
      return this.releaser();
    }
    if (this.queue.length >= this.options.maxQueued) return null;
    await this.wait(signal);
    return this.releaser();
  }

  private wait(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const enter = (): void => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      const leave = (): void => {
        this.queue.splice(this.queue.indexOf(enter), 1);
        reject(signal.reason as Error);
      };
      signal.addEventListener('abort', leave, { once: true });
      this.queue.push(enter);
    });
  }

  private releaser(): () => void {
    let live = true;
    return () => {
      if (!live) return;
      live = false;
      const next = this.queue.shift();
      // A place goes straight to the next in line, so nobody can slip in between.
      if (next) next();
      else this.held -= 1;
    };
  }
}
