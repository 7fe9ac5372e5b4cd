import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { HealthIndicator } from '@dmitry/health';
import { Clock, Logger, silentLogger } from '@dmitry/kit';
import { ManualClock } from '@dmitry/kit/memory';
import { PlatformClient } from '@dmitry/platform-client';
import { SafetyGate } from '@dmitry/safety-gate';
import { Database } from '@dmitry/storage';
import { openTestDatabase } from '@dmitry/storage/testing';
import { Ledger } from '@dmitry/trust-ledger';
import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { JobJournal, JobRunner, RunStore } from '../core/index.ts';
import { MemoryJobDispatcher } from '../memory/index.ts';
import { workflowMigrations } from '../storage/index.ts';
import { plannedRun } from '../testing/index.ts';
import { JobQueueHealth, WorkflowModule } from './index.ts';

let database: Database;
beforeAll(async () => {
  database = await openTestDatabase(workflowMigrations);
}, 60_000);
afterAll(() => database.close());

@Module({})
class SurroundingsModule {}

const ENTRY = { id: '01a211e4-6a51-76ab-8a9a-b62b79df93ca' };
const session = { append: () => Promise.resolve([ENTRY]), seal: () => Promise.resolve() };
const gate = {
  check: () => Promise.resolve({ ok: true, notAfterMs: Number.MAX_SAFE_INTEGER, approvals: [] }),
  settle: () => Promise.resolve(),
};

/** What the other modules of an app provide. */
function surroundings(clock: ManualClock): DynamicModule {
  const values: readonly (readonly [symbol, unknown])[] = [
    [Clock, clock],
    [Logger, silentLogger],
    [Database, database],
    [Ledger, { openSession: () => Promise.resolve(session), origin: () => Promise.resolve('test/log') }],
    [SafetyGate, gate],
    [PlatformClient, { execute: () => Promise.resolve({ kind: 'confirmed', entry: '' }) }],
  ];
  const providers: Provider[] = values.map(([provide, useValue]) => ({ provide, useValue }));
  return { module: SurroundingsModule, global: true, providers, exports: values.map(([token]) => token) };
}

describe('WorkflowModule', () => {
  it('works on what is planned once the app has started, tells whether its queue is there, and stops with the app', async () => {
    const clock = new ManualClock();
    const finished: string[] = [];
    let away = false;
    const open = (): MemoryJobDispatcher & { ping: () => Promise<void> } =>
      Object.assign(new MemoryJobDispatcher(), {
        ping: () => (away ? Promise.reject(new Error('away')) : Promise.resolve()),
      });
    const workflow = WorkflowModule.forRoot({
      open,
      onFinished: (_tx, run) => Promise.resolve(void finished.push(run.status)),
    });
    const app = await Test.createTestingModule({ imports: [surroundings(clock), workflow] }).compile();
    await app.init();

    const runs = app.get<RunStore>(RunStore);
    const run = await database.tenant('acme', (tx) => runs.plan(tx, plannedRun('acme', 'module'), clock.now()));
    const done = async (): Promise<string | undefined> =>
      (await database.tenant('acme', (tx) => runs.get(tx, run.id)))?.status;
    while ((await done()) !== 'succeeded') await clock.advance(200);
    expect(finished).toEqual(['succeeded']);

    const health = app.get<HealthIndicator>(JobQueueHealth);
    const signal = AbortSignal.timeout(1_000);
    expect(await health.check(signal)).toEqual({ up: true });
    away = true;
    await expect(health.check(signal)).rejects.toThrow('away');

    await app.close();
    await database.tenant('acme', (tx) => runs.plan(tx, plannedRun('acme', 'afterwards'), clock.now()));
    await clock.advance(10_000);
    expect((await app.get<JobJournal>(JobJournal).waiting()).open).toBe(1);
  });

  it('without a dispatcher plans runs and works on none', async () => {
    const app = await Test.createTestingModule({
      imports: [surroundings(new ManualClock()), WorkflowModule.forRoot()],
    }).compile();
    await app.init();
    expect(app.get<RunStore>(RunStore)).toBeDefined();
    expect(() => app.get(JobRunner)).toThrow('JobRunner');
    await app.close();
  });
});
