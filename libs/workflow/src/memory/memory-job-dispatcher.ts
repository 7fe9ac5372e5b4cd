import type { JobDispatcher, JobId } from '../core/index.ts';

export interface MemoryJobDispatcherOptions {
  /** Jobs worked on at once. @default 8 */
  readonly concurrency?: number;
  /** Jobs that wait at most; more are left to the next look at the journal. @default 10 000 */
  readonly maxWaiting?: number;
}

const nameOf = ({ tenant, kind, key }: JobId): string => JSON.stringify([tenant, kind, key]);

/** Hands jobs to workers in this process, in the order they came. A job that waits or is worked on already is not taken twice. */
export class MemoryJobDispatcher implements JobDispatcher {
  private readonly waiting = new Map<string, JobId>();
  private readonly running = new Map<string, Promise<void>>();
  private work: ((job: JobId) => Promise<void>) | null = null;
  private readonly concurrency: number;
  private readonly maxWaiting: number;

  constructor(options: MemoryJobDispatcherOptions = {}) {
    this.concurrency = options.concurrency ?? 8;
    this.maxWaiting = options.maxWaiting ?? 10_000;
  }

  enqueue(job: JobId): Promise<void> {
    const name = nameOf(job);
    if (!this.running.has(name) && this.waiting.size < this.maxWaiting) this.waiting.set(name, job);
    this.pump();
    return Promise.resolve();
  }

  start(work: (job: JobId) => Promise<void>): Promise<void> {
    this.work = work;
    this.pump();
    return Promise.resolve();
  }

  async close(): Promise<void> {
    this.work = null;
    this.waiting.clear();
    await Promise.all(this.running.values());
  }

  private pump(): void {
    const { work } = this;
    if (!work) return;
    for (const [name, job] of this.waiting) {
      if (this.running.size >= this.concurrency) return;
      this.waiting.delete(name);
      const done = this.run(work, job).finally(() => {
        this.running.delete(name);
        this.pump();
      });
      this.running.set(name, done);
    }
  }

  /** A worker that rejects has been told of it already; the job is found in the journal again. */
  private async run(work: (job: JobId) => Promise<void>, job: JobId): Promise<void> {
    try {
      await work(job);
    } catch {
      // as above
    }
  }
}
