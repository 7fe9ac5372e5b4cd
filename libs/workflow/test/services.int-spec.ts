import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { type Logger, silentLogger } from '@dmitry/kit';
import { SystemClock } from '@dmitry/kit/node';
import { describeWithService, seed } from '@dmitry/kit/testing';
import { openPostgresTestDatabase } from '@dmitry/storage/testing';
import { Queue, Worker } from 'bullmq';
import fc from 'fast-check';
import { Redis } from 'ioredis';
import { BullmqJobDispatcher } from '../src/bullmq/index.ts';
import type { JobId } from '../src/core/index.ts';
import { crashProperty, NASTY } from './crash-property.ts';
import { worldMigrations } from './run-world.ts';
import { TcpProxy } from './tcp-proxy.ts';
import { SqlJobJournal, SqlRunStore, workflowMigrations } from '../src/storage/index.ts';
import {
  describeJobDispatcherContract,
  describeJobJournalContract,
  describeRunStoreContract,
  type RunStoreSubject,
} from '../src/testing/index.ts';

const clock = new SystemClock();

describeWithService('postgres', 'jobs and runs on PostgreSQL', (url) => {
  const open = async (): Promise<RunStoreSubject> => {
    const database = await openPostgresTestDatabase(url, workflowMigrations);
    const journal = new SqlJobJournal(database);
    return { database, journal, runs: new SqlRunStore(journal, clock) };
  };
  describeJobJournalContract('PostgreSQL journal', open);
  describeRunStoreContract('PostgreSQL runs', open);

  // Here doubled jobs really run side by side: PGlite has one session.
  it('never double an effect under crashes, lost and doubled jobs and a lossy network', async () => {
    const database = await openPostgresTestDatabase(url, worldMigrations);
    await expect(
      fc.assert(
        crashProperty(() => database),
        { seed: seed(), numRuns: 60, examples: [...NASTY] },
      ),
    ).resolves.toBeUndefined();
    await database.close();
  }, 120_000);
});

describeWithService('redis', 'jobs over BullMQ', (url) => {
  const make = (queue = `test-${randomUUID()}`, logger: Logger = silentLogger): BullmqJobDispatcher =>
    new BullmqJobDispatcher({ url, clock, logger, queue, concurrency: 4 });
  const ready = async (dispatcher: BullmqJobDispatcher): Promise<BullmqJobDispatcher> => {
    await dispatcher.connected();
    return dispatcher;
  };

  describeJobDispatcherContract('BullMQ', () => ready(make()));

  describe('BullmqJobDispatcher', () => {
    const job: JobId = { tenant: 'acme', kind: 'run', key: 'a' };

    it('collapses doubles while the first is queued, and keeps nothing afterwards', async () => {
      const name = `test-${randomUUID()}`;
      const dispatcher = await ready(make(name));
      const queue = new Queue(name, { connection: { url } });
      for (let each = 0; each < 5; each++) await dispatcher.enqueue(job);
      expect(await queue.getWaitingCount()).toBe(1);
      const done = new Promise<JobId>((resolve) => void dispatcher.start(async (id) => resolve(id)));
      expect(await done).toEqual(job);
      await dispatcher.close();
      expect(await queue.getJobCounts('completed', 'failed', 'waiting')).toEqual({
        completed: 0,
        failed: 0,
        waiting: 0,
      });
      await queue.obliterate();
      await queue.close();
    });

    it('takes over the job of a process that is gone, soon after it was last heard of', async () => {
      const name = `test-${randomUUID()}`;
      const dispatcher = await ready(
        new BullmqJobDispatcher({ url, clock, logger: silentLogger, queue: name, stallMs: 200 }),
      );
      await dispatcher.enqueue(job);
      // takes it and says nothing more, as a process that is killed
      const gone = new Worker(name, null, { connection: { url }, lockDuration: 400 });
      expect((await gone.getNextJob('gone', { block: false }))?.data).toEqual(job);
      const taken = new Promise<JobId>((resolve) => void dispatcher.start(async (id) => resolve(id)));
      expect(await taken).toEqual(job);
      await gone.close();
      await dispatcher.close();
    });

    it('does nothing with a job that is no job id, and works on', async () => {
      const name = `test-${randomUUID()}`;
      const logged: string[] = [];
      const dispatcher = await ready(make(name, { ...silentLogger, warn: (event) => void logged.push(event) }));
      const queue = new Queue(name, { connection: { url } });
      await queue.add('run', { tenant: 7 });
      await queue.add('run', null);
      const done = new Promise<JobId>((resolve) => void dispatcher.start(async (id) => resolve(id)));
      await queue.add('run', job);
      expect(await done).toEqual(job);
      expect(logged).toEqual(['job_malformed', 'job_malformed']);
      await dispatcher.close();
      await queue.obliterate({ force: true });
      await queue.close();
    });

    it('when Redis forgets the queue, the next offer brings the job: a loss is a delay', async () => {
      const name = `test-${randomUUID()}`;
      const dispatcher = await ready(make(name));
      await dispatcher.enqueue(job);
      const redis = new Redis(url);
      const keys = await redis.keys(`bull:${name}:*`);
      expect(keys.length).toBeGreaterThan(0);
      await redis.del(...keys);
      const done = new Promise<JobId>((resolve) => void dispatcher.start(async (id) => resolve(id)));
      await dispatcher.enqueue(job);
      expect(await done).toEqual(job);
      await dispatcher.close();
      redis.disconnect();
    });
  });
});

describeWithService('redis', 'jobs over BullMQ while Redis comes and goes', (url) => {
  it('are not handed over while it is away, which is said once, and go on when it is back', async () => {
    const logged: string[] = [];
    const log = (event: string): void => void logged.push(event);
    const proxy = await TcpProxy.open(url);
    const logger: Logger = { ...silentLogger, warn: log, info: log };
    const dispatcher = new BullmqJobDispatcher({ url: proxy.url, clock, logger, queue: `test-${randomUUID()}` });
    const seen = new Set<string>();
    const offer = async (key: string): Promise<void> => {
      while (!seen.has(key)) {
        await dispatcher.enqueue({ tenant: 'acme', kind: 'run', key });
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    await dispatcher.connected();
    await dispatcher.start(async ({ key }) => void seen.add(key));
    await offer('before');

    await proxy.cut();
    while (!logged.includes('job_queue_down')) await dispatcher.enqueue({ tenant: 'acme', kind: 'run', key: 'lost' });
    await proxy.mend();
    await offer('after');
    expect(logged.filter((event) => event === 'job_queue_down')).toHaveLength(1);
    expect(logged).toContain('job_queue_back');

    await proxy.cut();
    await dispatcher.close(); // also without Redis
    expect(seen.has('after')).toBe(true);
  });
});

describe('BullmqJobDispatcher without Redis', () => {
  it('neither rejects nor waits, says once that the queue is down, and closes', async () => {
    const logged: string[] = [];
    const logger: Logger = { ...silentLogger, warn: (event) => void logged.push(event) };
    const dispatcher = new BullmqJobDispatcher({
      url: 'redis://127.0.0.1:1',
      clock,
      logger,
      queue: `test-${randomUUID()}`,
    });
    await dispatcher.start(() => Promise.resolve());
    for (let each = 0; each < 3; each++) await dispatcher.enqueue({ tenant: 'acme', kind: 'run', key: 'a' });
    await expect(dispatcher.ping()).rejects.toThrow(/./);
    await dispatcher.close();
    expect(logged).toEqual(['job_queue_down']);
  });
});
