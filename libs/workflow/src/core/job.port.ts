import type { Tx } from '@dmitry/storage';

/** What a queue carries: ids only. Everything else is read from the journal, so a lost, doubled or forged job does nothing. */
export interface JobId {
  readonly tenant: string;
  /** Which handler, e.g. `advise` or `run`. */
  readonly kind: string;
  /** What the handler works on, e.g. a run id. */
  readonly key: string;
}

/** A job that this process has claimed. Writes are conditional on the fence: a holder whose lease ran out cannot finish it. */
export interface ClaimedJob extends JobId {
  /** Grows with every claim of any job, and never comes again. */
  readonly fence: number;
  /** How often it was begun since it last ended by itself, this time included. */
  readonly attempt: number;
  /**
   * Confirms in the caller's transaction that nobody has taken the job over, and holds it until `untilMs` (milliseconds since the epoch).
   * @throws DmitryError `workflow.fenced`
   */
  hold(tx: Tx, untilMs: number): Promise<void>;
  /**
   * Ends the job in the caller's transaction, so that its work and its end are one commit. When it was scheduled again meanwhile,
   * it comes again.
   * @throws DmitryError `workflow.fenced` when somebody else has taken it over
   */
  complete(tx: Tx): Promise<void>;
  /** The same, but comes again at `dueMs` (milliseconds since the epoch), or sooner when it was scheduled so meanwhile. */
  reschedule(tx: Tx, dueMs: number): Promise<void>;
}

/** Does one job. Must end it with `complete` or `reschedule` in its last transaction; what it leaves open is tried again later. */
export type JobHandler = (job: ClaimedJob) => Promise<void>;

/** A job that keeps failing, as an operator sees it. `error` is the code of the last fault. */
export interface FailingJob extends JobId {
  readonly attempt: number;
  readonly error: string;
}

/**
 * Jobs as rows beside the state they belong to: written in the same transaction. Nothing else knows of them, so whatever a queue loses
 * is found here again.
 */
export interface JobJournal {
  /**
   * Makes the job due at `dueMs`, or sooner if it waits already. Idempotent per (tenant, kind, key). Scheduled while it is worked on it
   * comes once more afterwards: what is being done may have missed what the caller has just written.
   */
  schedule(tx: Tx, kind: string, key: string, dueMs: number): Promise<void>;
  /** Makes every open job of this kind of the tenant due at `dueMs`, where it is not sooner already: what it waited for has come. */
  hasten(tx: Tx, kind: string, dueMs: number): Promise<void>;
  /** Jobs of every tenant that are due and not held, of these kinds, oldest first. No tenant keeps the others out. */
  due(nowMs: number, limit: number, kinds: readonly string[]): Promise<JobId[]>;
  /** Takes the job for `leaseMs`, or null when it is not due, held by another, or gone. */
  claim(job: JobId, nowMs: number, leaseMs: number): Promise<ClaimedJob | null>;
  /** Gives a failed job back, to be tried at `dueMs`; `error` is a code, never free text of others. Nothing when it was taken over. */
  fail(job: ClaimedJob, dueMs: number, error: string): Promise<void>;
  /** The tenant's jobs that failed at their last `attempts` or more tries, worst first. */
  failing(tx: Tx, attempts: number): Promise<FailingJob[]>;
  /** Tenants that have open jobs, by name. Every effect that has left and is not finished has one. */
  tenants(): Promise<readonly string[]>;
  /** How many jobs are open, and when the next is to be looked at. */
  waiting(): Promise<{ readonly open: number; readonly nextDueMs: number | null }>;
}
export const JobJournal = Symbol('JobJournal');

/** Brings due jobs to workers. Delivery may be lost or doubled: the journal decides. */
export interface JobDispatcher {
  /** Hands a job over; resolves also when it cannot (which is logged): it is found in the journal again. */
  enqueue(job: JobId): Promise<void>;
  /** Starts handing jobs to `work`. */
  start(work: (job: JobId) => Promise<void>): Promise<void>;
  /** Stops taking jobs and waits for those in flight. */
  close(): Promise<void>;
}
export const JobDispatcher = Symbol('JobDispatcher');
