import { afterEach, describe, expect, it } from '@jest/globals';
import { currentRequest, DmitryError, type Logger, silentLogger } from '@dmitry/kit';
import { ManualClock } from '@dmitry/kit/memory';
import { type ClaimedJob, type JobDispatcher, type JobId, type JobJournal, JobRunner, fenced } from './index.ts';

/** A journal of plain objects: what is due, claimed and given back. */
class FakeJournal implements JobJournal {
  jobs = new Map<string, { id: JobId; dueMs: number; heldUntilMs: number; attempt: number }>();
  failed: { key: string; dueMs: number; error: string }[] = [];
  down = false;

  add(key: string, dueMs: number, kind = 'run'): void {
    this.jobs.set(key, { id: { tenant: 'acme', kind, key }, dueMs, heldUntilMs: 0, attempt: 0 });
  }

  due(nowMs: number, limit: number, kinds: readonly string[]): Promise<JobId[]> {
    if (this.down) return Promise.reject(new Error('no database'));
    const due = [...this.jobs.values()].filter(
      (job) => kinds.includes(job.id.kind) && job.dueMs <= nowMs && job.heldUntilMs <= nowMs,
    );
    return Promise.resolve(
      due
        .sort((a, b) => a.dueMs - b.dueMs)
        .slice(0, limit)
        .map(({ id }) => id),
    );
  }

  claim(id: JobId, nowMs: number, leaseMs: number): Promise<ClaimedJob | null> {
    if (this.down) return Promise.reject(new Error('no database'));
    const job = this.jobs.get(id.key);
    if (!job || job.dueMs > nowMs || job.heldUntilMs > nowMs) return Promise.resolve(null);
    job.heldUntilMs = nowMs + leaseMs;
    job.attempt += 1;
    const end = (): Promise<void> => Promise.resolve(void this.jobs.delete(id.key));
    return Promise.resolve({
      ...id,
      fence: 1,
      attempt: job.attempt,
      hold: () => Promise.resolve(),
      complete: end,
      reschedule: end,
    });
  }

  fail(job: ClaimedJob, dueMs: number, error: string): Promise<void> {
    if (this.down) return Promise.reject(new Error('no database'));
    this.failed.push({ key: job.key, dueMs, error });
    return Promise.resolve();
  }

  schedule = (): Promise<void> => Promise.resolve();
  hasten = (): Promise<void> => Promise.resolve();
  tenants = (): Promise<[]> => Promise.resolve([]);
  failing = (): Promise<[]> => Promise.resolve([]);
  waiting = (): Promise<{ open: number; nextDueMs: null }> =>
    Promise.resolve({ open: this.jobs.size, nextDueMs: null });
}

/** Runs each job where it is enqueued. */
class DirectDispatcher implements JobDispatcher {
  work: ((job: JobId) => Promise<void>) | null = null;
  closed = false;
  enqueue = async (job: JobId): Promise<void> => this.work?.(job);
  start = (work: (job: JobId) => Promise<void>): Promise<void> => Promise.resolve(void (this.work = work));
  close = (): Promise<void> => Promise.resolve(void (this.closed = true));
}

const open: JobRunner[] = [];
function setup(): {
  clock: ManualClock;
  journal: FakeJournal;
  dispatcher: DirectDispatcher;
  runner: JobRunner;
  logged: string[];
  done: string[];
} {
  const logged: string[] = [];
  const log = (event: string): void => void logged.push(event);
  const logger: Logger = { ...silentLogger, info: log, warn: log, error: log };
  const parts = { clock: new ManualClock(), journal: new FakeJournal(), dispatcher: new DirectDispatcher() };
  const runner = new JobRunner({ ...parts, logger });
  open.push(runner);
  return { ...parts, runner, logged, done: [] };
}
afterEach(async () => {
  for (const runner of open.splice(0)) await runner.close();
});

describe('JobRunner', () => {
  it('finds what is due at its looks and does it; what is later waits', async () => {
    const { clock, journal, runner, done } = setup();
    runner.handle('run', async (job) => {
      done.push(job.key);
      await job.complete(null as never);
    });
    journal.add('a', clock.now());
    journal.add('b', clock.now() + 1_000);
    await runner.start();
    await clock.advance(400);
    expect(done).toEqual(['a']);
    await clock.advance(800);
    expect(done).toEqual(['a', 'b']);
  });

  it('looks at once when it is woken', async () => {
    const { clock, journal, runner, done } = setup();
    runner.handle('run', async (job) => {
      done.push(job.key);
      await job.complete(null as never);
    });
    await runner.start();
    journal.add('a', clock.now());
    runner.wake();
    await clock.advance(0);
    expect(done).toEqual(['a']);
  });

  it('gives a failed job back with the fault’s code and a wait that doubles up to a minute', async () => {
    const { clock, journal, runner } = setup();
    runner.handle('run', () => Promise.reject(new DmitryError('storage.timeout', 'try later')));
    journal.add('a', clock.now());
    const waits: number[] = [];
    for (let attempt = 1; attempt <= 12; attempt++) {
      const job = journal.jobs.get('a');
      if (job) job.heldUntilMs = 0;
      await runner.work({ tenant: 'acme', kind: 'run', key: 'a' });
      waits.push((journal.failed.at(-1)?.dueMs ?? 0) - clock.now());
    }
    expect(waits.slice(0, 4)).toEqual([500, 1_000, 2_000, 4_000]);
    expect(Math.max(...waits)).toBe(60_000);
    expect(journal.failed[0]?.error).toBe('storage.timeout');
  });

  it('calls the fault of a stranger unexpected, and never hands its text on', async () => {
    const { clock, journal, runner } = setup();
    runner.handle('run', () => Promise.reject(new Error('password is hunter2')));
    journal.add('a', clock.now());
    await runner.work({ tenant: 'acme', kind: 'run', key: 'a' });
    expect(journal.failed).toMatchObject([{ error: 'internal.unexpected' }]);
  });

  it('leaves a job that was taken over to its new holder', async () => {
    const { clock, journal, runner, logged } = setup();
    runner.handle('run', () => Promise.reject(fenced('run', 'a')));
    journal.add('a', clock.now());
    await runner.work({ tenant: 'acme', kind: 'run', key: 'a' });
    expect(journal.failed).toEqual([]);
    expect(logged).toEqual(['job_taken_over']);
  });

  it('does nothing for a forged, doubled or unknown job', async () => {
    const { clock, journal, runner, logged, done } = setup();
    runner.handle('run', async (job) => void done.push(job.key));
    journal.add('a', clock.now());
    await runner.work({ tenant: 'acme', kind: 'run', key: 'forged' });
    await runner.work({ tenant: 'acme', kind: 'nobody', key: 'a' });
    await runner.work({ tenant: 'acme', kind: 'run', key: 'a' });
    await runner.work({ tenant: 'acme', kind: 'run', key: 'a' });
    expect(done).toEqual(['a']);
    expect(logged).toEqual(['job_without_handler']);
  });

  it('never rejects while the database is away, says so once, and goes on when it is back', async () => {
    const { clock, journal, runner, logged, done } = setup();
    runner.handle('run', async (job) => {
      done.push(job.key);
      await job.complete(null as never);
    });
    journal.add('a', clock.now());
    journal.down = true;
    await runner.start();
    await clock.advance(1_000);
    await runner.work({ tenant: 'acme', kind: 'run', key: 'a' });
    expect(logged).toEqual(['job_sweep_failed', 'job_not_claimed']);
    journal.down = false;
    await clock.advance(400);
    expect(done).toEqual(['a']);
    expect(logged.at(-1)).toBe('job_sweep_recovered');
  });

  it('lets the lease end when a failed job cannot be given back', async () => {
    const { clock, journal, runner, logged } = setup();
    runner.handle('run', () => {
      journal.down = true;
      return Promise.reject(new Error('lost'));
    });
    journal.add('a', clock.now());
    await runner.work({ tenant: 'acme', kind: 'run', key: 'a' });
    expect(logged).toEqual(['job_failed', 'job_not_given_back']);
  });

  it('holds each kind as long as was said, and runs each attempt in a request scope of its own', async () => {
    const { clock, journal, runner } = setup();
    const scopes: unknown[] = [];
    runner.handle('advise', async () => void scopes.push(currentRequest()), { leaseMs: 300_000 });
    journal.add('a', clock.now(), 'advise');
    await runner.work({ tenant: 'acme', kind: 'advise', key: 'a' });
    expect(journal.jobs.get('a')?.heldUntilMs).toBe(clock.now() + 300_000);
    expect(scopes).toEqual([{ requestId: 'advise-a-1', tenant: 'acme' }]);
  });

  it('drains in the order of the journal, and ends also when a job fails or nobody handles its kind', async () => {
    const { clock, journal, runner, done } = setup();
    runner.handle('run', async (job) => {
      done.push(job.key);
      if (job.key === 'fails') throw new Error('again later');
      await job.complete(null as never);
    });
    journal.add('second', clock.now() - 1);
    journal.add('first', clock.now() - 2);
    journal.add('fails', clock.now());
    journal.add('orphan', clock.now(), 'nobody');
    expect(await runner.drain()).toBe(3);
    expect(done).toEqual(['first', 'second', 'fails']);
  });

  it('refuses a second handler of a kind', () => {
    const { runner } = setup();
    runner.handle('run', () => Promise.resolve());
    expect(() => runner.handle('run', () => Promise.resolve())).toThrow('two handlers');
  });
});
