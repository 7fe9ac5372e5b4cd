import { isDmitryError } from '@dmitry/kit';
import { type OutgoingRecord, recordBytes } from '../core/index.ts';

/** One call of `publish` on its way. */
interface Job {
  readonly records: readonly OutgoingRecord[];
  sent: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Consecutive records of one job that go into one request. */
interface Slice {
  readonly job: Job;
  readonly records: readonly OutgoingRecord[];
}

/** Below the million and a bit that a broker takes in a batch by default, with room for what frames the records. */
const REQUEST_BYTES = 900_000;
const FRAME_BYTES = 64;

/**
 * Gathers calls that come while a request is under way into the next one: a record a call costs twenty times what a batch does. One request at
 * a time, so that the order of calls is the order of records.
 */
export class PublishQueue {
  private readonly waiting: Job[] = [];
  private running: Promise<void> | null = null;

  constructor(private readonly send: (records: readonly OutgoingRecord[]) => Promise<void>) {}

  add(records: readonly OutgoingRecord[]): Promise<void> {
    if (records.length === 0) return Promise.resolve();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.waiting.push({ records, sent: 0, resolve, reject });
    this.running ??= this.run();
    return promise;
  }

  /** Resolves when nothing is waiting or under way. */
  async idle(): Promise<void> {
    await this.running;
  }

  private async run(): Promise<void> {
    await Promise.resolve(); // whoever calls in this same turn comes along
    while (this.waiting.length > 0) {
      const slices = this.take();
      if (await this.attempt(slices)) continue;
      // one call's bad record must not fail the others that came along
      if (slices.length > 1) for (const slice of slices) await this.attempt([slice], true);
    }
    this.running = null;
  }

  private take(): Slice[] {
    const slices: Slice[] = [];
    let room = REQUEST_BYTES;
    for (const job of this.waiting) {
      let end = job.sent;
      for (const record of job.records.slice(job.sent)) {
        const bytes = recordBytes(record) + FRAME_BYTES;
        if (bytes > room && (slices.length > 0 || end > job.sent)) break;
        room -= bytes;
        end += 1;
      }
      if (end > job.sent) slices.push({ job, records: job.records.slice(job.sent, end) });
      if (end < job.records.length) break;
    }
    return slices;
  }

  /** Sends slices as one request. @returns whether they are dealt with; a shared request that fails is not. */
  private async attempt(slices: readonly Slice[], alone = slices.length === 1): Promise<boolean> {
    try {
      await this.send(slices.flatMap(({ records }) => records));
      for (const { job, records } of slices) this.advance(job, records.length);
      return true;
    } catch (error) {
      // a bus that does not answer will not answer each of them either
      if (!alone && !(isDmitryError(error) && error.retryable)) return false;
      for (const { job } of slices) this.drop(job, error); // what is left of the job must not overtake what failed
      return true;
    }
  }

  private advance(job: Job, count: number): void {
    job.sent += count;
    if (job.sent < job.records.length) return;
    this.remove(job);
    job.resolve();
  }

  private drop(job: Job, error: unknown): void {
    this.remove(job);
    job.reject(error);
  }

  private remove(job: Job): void {
    const at = this.waiting.indexOf(job);
    if (at >= 0) this.waiting.splice(at, 1);
  }
}
