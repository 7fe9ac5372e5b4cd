import { type Clock, isDmitryError, type Logger, runInRequest } from '@dmitry/kit';
import type { ClaimedJob, JobDispatcher, JobHandler, JobId, JobJournal } from './job.port.ts';

export interface JobRunnerOptions {
  readonly journal: JobJournal;
  readonly dispatcher: JobDispatcher;
  readonly clock: Clock;
  readonly logger: Logger;
  /** How long a worker may hold a job. @default 60 000 */
  readonly leaseMs?: number;
  /** Distance between two looks at the journal. @default 200 */
  readonly sweepMs?: number;
  /** Jobs taken from the journal in one look. @default 256 */
  readonly batch?: number;
}

interface Registered {
  readonly handler: JobHandler;
  readonly leaseMs: number;
}

const DEFAULT_LEASE_MS = 60_000;
const DEFAULT_BATCH = 256;
/** Longest wait before a failing job is tried again. */
const MAX_BACKOFF_MS = 60_000;

/** Looks at the journal, hands due jobs to the dispatcher, and runs those that come back from it. */
export class JobRunner {
  private readonly handlers = new Map<string, Registered>();
  private stopSweeping: (() => void) | null = null;
  private sweeping: Promise<void> | null = null;
  private sweepFails = false;

  constructor(private readonly options: JobRunnerOptions) {}

  /** Names who does jobs of a kind, before `start`. One handler a kind. `leaseMs`: longer than it ever takes. */
  handle(kind: string, handler: JobHandler, options: { readonly leaseMs?: number } = {}): void {
    if (this.handlers.has(kind)) throw new TypeError(`two handlers for jobs of kind ${kind}`);
    this.handlers.set(kind, { handler, leaseMs: options.leaseMs ?? this.options.leaseMs ?? DEFAULT_LEASE_MS });
  }

  async start(): Promise<void> {
    await this.options.dispatcher.start((job) => this.work(job));
    this.stopSweeping = this.options.clock.every(this.options.sweepMs ?? 200, () => this.wake());
  }

  /** Stops looking, then waits for what is in flight. */
  async close(): Promise<void> {
    this.stopSweeping?.();
    this.stopSweeping = null;
    await this.sweeping;
    await this.options.dispatcher.close();
  }

  /** Looks at the journal now rather than at the next turn: for whoever has just committed something due. */
  wake(): void {
    this.sweeping ??= this.sweepQuietly().finally(() => {
      this.sweeping = null;
    });
  }

  /** One look: everything due goes to the dispatcher. A lost job is a delay, never a loss. @returns how many were due */
  async sweep(): Promise<number> {
    const due = await this.look(this.options.batch ?? DEFAULT_BATCH);
    for (const job of due) await this.options.dispatcher.enqueue(job);
    return due.length;
  }

  /**
   * Does everything that is due, one after another in a fixed order, until nothing is. For the embedded demo and replay, where
   * the order must not depend on the machine. @returns how many jobs were done
   */
  async drain(): Promise<number> {
    for (let done = 0; ;) {
      const due = await this.look(this.options.batch ?? DEFAULT_BATCH);
      if (due.length === 0) return done;
      for (const job of due) await this.attempt(job);
      done += due.length;
    }
  }

  /** Does one job, if the journal says that it is due and free. Never rejects: what could not be done is found again. */
  async work(id: JobId): Promise<void> {
    try {
      await this.attempt(id);
    } catch (error) {
      this.options.logger.error('job_not_claimed', { kind: id.kind, error });
    }
  }

  private look(limit: number): Promise<JobId[]> {
    return this.options.journal.due(this.options.clock.now(), limit, [...this.handlers.keys()]);
  }

  private async attempt(id: JobId): Promise<void> {
    const registered = this.handlers.get(id.kind);
    if (!registered) return this.options.logger.error('job_without_handler', { kind: id.kind });
    const job = await this.options.journal.claim(id, this.options.clock.now(), registered.leaseMs);
    if (!job) return;
    const scope = { requestId: `${job.kind}-${job.key}-${job.fence}`, tenant: job.tenant };
    await runInRequest(scope, async () => {
      try {
        await registered.handler(job);
      } catch (error) {
        await this.giveBack(job, error);
      }
    });
  }

  private async giveBack(job: ClaimedJob, error: unknown): Promise<void> {
    const { journal, clock, logger } = this.options;
    const code = isDmitryError(error) ? error.code : 'internal.unexpected';
    const facts = { kind: job.kind, attempt: job.attempt, code };
    if (code === 'workflow.fenced') return logger.warn('job_taken_over', facts);
    logger.error('job_failed', { ...facts, error });
    const backoffMs = Math.min(MAX_BACKOFF_MS, 250 * 2 ** Math.min(job.attempt, 10));
    try {
      await journal.fail(job, clock.now() + backoffMs, code);
    } catch (cause) {
      logger.error('job_not_given_back', { ...facts, error: cause }); // its lease ends
    }
  }

  /** Said when it begins to fail and when it works again, not at every look. */
  private async sweepQuietly(): Promise<void> {
    try {
      await this.sweep();
      if (this.sweepFails) this.options.logger.info('job_sweep_recovered');
      this.sweepFails = false;
    } catch (error) {
      if (!this.sweepFails) this.options.logger.warn('job_sweep_failed', { error });
      this.sweepFails = true;
    }
  }
}
