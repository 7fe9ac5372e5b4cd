import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type Clock, type Logger } from '@dmitry/kit';
import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import type { JobDispatcher, JobId } from '../core/index.ts';

export interface BullmqJobDispatcherOptions {
  readonly url: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Name of the queue; processes that share it share the work. @default 'dmitry-jobs' */
  readonly queue?: string;
  /** Jobs worked on at once in this process. @default 16 */
  readonly concurrency?: number;
  /** How long `close` waits for jobs in flight. @default 20 000 */
  readonly drainMs?: number;
  /**
   * How often the queue is looked through for jobs whose worker is gone; a job is free again twice as long after the worker was last heard
   * of. BullMQ's own half a minute would leave the jobs of a killed process lying for a minute. Short is safe: a worker that was only slow
   * to say that it lives has its job handed out twice, and the lease in the journal lets one of them work. @default 5 000
   */
  readonly stallMs?: number;
}

/** What travels: ids, and nothing that could be forged to any effect. */
const payloadOf = ({ tenant, kind, key }: JobId): JobId => ({ tenant, kind, key });

/** The same job has the same id, so that a doubled one collapses while the first is queued or worked on. */
const idOf = (job: JobId): string =>
  `j${createHash('sha256')
    .update(JSON.stringify([job.tenant, job.kind, job.key]))
    .digest('hex')}`;

const isJobId = (value: unknown): value is JobId => {
  if (typeof value !== 'object' || value === null) return false;
  const { tenant, kind, key } = value as Record<string, unknown>;
  return [tenant, kind, key].every((each) => typeof each === 'string');
};

/**
 * Jobs over BullMQ. Redis may lose everything: while it is down nothing is handed over (said once, not per job), and the next look at
 * the journal brings back whatever was lost.
 */
export class BullmqJobDispatcher implements JobDispatcher {
  private readonly connections: Redis[] = [];
  private readonly producer: Redis;
  private readonly queue: Queue<JobId>;
  private worker: Worker<JobId> | null = null;
  private work: ((job: JobId) => Promise<void>) | null = null;
  private readonly inFlight = new Set<Promise<void>>();
  private down = false;
  private closing = false;

  constructor(private readonly options: BullmqJobDispatcherOptions) {
    // Offline, an add must fail now rather than pile up: the journal has the job.
    this.producer = this.connect({ maxRetriesPerRequest: 1, enableOfflineQueue: false });
    this.queue = new Queue(this.name, { connection: this.producer });
    this.producer.on('error', (error) => this.failed(error));
    this.producer.on('ready', () => this.ready());
    this.queue.on('error', () => undefined);
  }

  private get name(): string {
    return this.options.queue ?? 'dmitry-jobs';
  }

  async enqueue(job: JobId): Promise<void> {
    // The queue would wait for a connection for ever, and the look at the journal with it.
    if (this.producer.status !== 'ready') return this.failed(new Error('not connected'));
    try {
      await this.queue.add(job.kind, payloadOf(job), { jobId: idOf(job), removeOnComplete: true, removeOnFail: true });
      this.recovered();
    } catch (error) {
      this.failed(error);
    }
  }

  start(work: (job: JobId) => Promise<void>): Promise<void> {
    this.work = work;
    if (this.producer.status === 'ready') this.openWorker();
    return Promise.resolve();
  }

  /** Resolves once Redis has answered for the first time. */
  async connected(): Promise<void> {
    await this.queue.waitUntilReady();
  }

  /** Whether Redis answers now. Rejects when it does not. */
  async ping(): Promise<void> {
    await this.producer.ping();
  }

  async close(): Promise<void> {
    const { clock, logger, drainMs = 20_000 } = this.options;
    this.closing = true;
    this.work = null;
    const done = new AbortController();
    const drained = this.drain().then(() => true);
    const late = clock.sleep(drainMs, done.signal).then(
      () => false,
      () => true,
    );
    if (!(await Promise.race([drained, late]))) logger.warn('job_queue_not_drained', { queue: this.name });
    done.abort(new Error('drained'));
    for (const connection of this.connections) connection.disconnect();
  }

  /**
   * While Redis answers, the queue is told what is done; without it our own jobs are awaited, and the journal knows. A connection that
   * is lost from here on ends (see `connect`); one that was lost before would have BullMQ wait for ever, so it is forced.
   */
  private async drain(): Promise<void> {
    const connected = this.connections.every(({ status }) => status === 'ready');
    if (connected) await Promise.race([this.tellQueue(), once(this.producer, 'end')]);
    await Promise.allSettled(this.inFlight);
    if (!connected) await this.worker?.close(true);
  }

  private async tellQueue(): Promise<void> {
    await this.worker?.close();
    await this.queue.close();
  }

  /** Only once there is a Redis: a worker that never saw one cannot be closed. */
  private openWorker(): void {
    const { stallMs = 5_000 } = this.options;
    this.worker ??= new Worker<JobId>(this.name, ({ data }) => this.take(data), {
      connection: this.connect({ maxRetriesPerRequest: null }), // a blocking read must wait for Redis as long as it takes
      concurrency: this.options.concurrency ?? 16,
      stalledInterval: stallMs,
      lockDuration: 2 * stallMs,
      removeOnComplete: { count: 0 },
      removeOnFail: { count: 0 },
    });
    this.worker.on('error', (error) => this.workerFailed(error));
  }

  private async take(data: unknown): Promise<void> {
    if (!isJobId(data)) return this.options.logger.warn('job_malformed', { queue: this.name });
    const working = this.work?.(payloadOf(data));
    if (!working) return; // closing: found in the journal again
    this.inFlight.add(working);
    try {
      await working;
    } finally {
      this.inFlight.delete(working);
    }
  }

  private connect(options: { maxRetriesPerRequest: number | null; enableOfflineQueue?: boolean }): Redis {
    const retryStrategy = (times: number): number | null => (this.closing ? null : Math.min(2_000, 50 * times));
    const redis = new Redis(this.options.url, { ...options, retryStrategy, disconnectTimeout: 250 });
    const duplicate = redis.duplicate.bind(redis);
    // BullMQ reads through a copy, which it does not end when Redis goes away while it closes.
    redis.duplicate = (...args) => this.keep(duplicate(...args));
    return this.keep(redis);
  }

  private keep(redis: Redis): Redis {
    redis.on('error', () => undefined); // all connections go to one Redis: the producer's speaks for them
    this.connections.push(redis);
    return redis;
  }

  private ready(): void {
    this.recovered();
    if (this.work) this.openWorker();
  }

  /** What is wrong while Redis answers is said; what it loses with the connection has been. */
  private workerFailed(error: unknown): void {
    if (this.producer.status === 'ready') this.options.logger.warn('job_worker_failed', { queue: this.name, error });
  }

  private failed(error: unknown): void {
    if (!this.down) this.options.logger.warn('job_queue_down', { queue: this.name, error });
    this.down = true;
  }

  private recovered(): void {
    if (this.down) this.options.logger.info('job_queue_back', { queue: this.name });
    this.down = false;
  }
}
