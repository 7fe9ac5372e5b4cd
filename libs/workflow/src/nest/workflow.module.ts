import type { Run } from '@dmitry/contracts';
import type { HealthIndicator } from '@dmitry/health';
import { Clock, Logger } from '@dmitry/kit';
import { PlatformClient } from '@dmitry/platform-client';
import { SafetyGate } from '@dmitry/safety-gate';
import { Database, type Tx } from '@dmitry/storage';
import { Ledger } from '@dmitry/trust-ledger';
import { createCallRecorder } from '@dmitry/trust-ledger/outbound';
import {
  type DynamicModule,
  Inject,
  Module,
  type OnApplicationBootstrap,
  type BeforeApplicationShutdown,
  type Provider,
} from '@nestjs/common';
import {
  DispatchCheck,
  EffectExecutor,
  type EffectTimes,
  JobDispatcher,
  JobJournal,
  JobRunner,
  type KillPoint,
  RunStore,
  RunWorker,
} from '../core/index.ts';
import { PlatformEffectExecutor } from '../platform/index.ts';
import { SqlJobJournal, SqlRunStore } from '../storage/index.ts';

/** A dispatcher that may have a connection of its own. */
export type OpenedDispatcher = JobDispatcher & { readonly ping?: () => Promise<void> };

export interface WorkflowModuleOptions {
  /**
   * Opens the dispatcher of an app that works on jobs: `MemoryJobDispatcher`, or `BullmqJobDispatcher` with its address. Without it the
   * app plans runs and schedules jobs, and works on none.
   */
  readonly open?: (parts: {
    readonly clock: Clock;
    readonly logger: Logger;
  }) => OpenedDispatcher | Promise<OpenedDispatcher>;
  readonly times?: EffectTimes;
  /** How long a worker may hold a job, milliseconds. @default 60 000 */
  readonly leaseMs?: number;
  /** Called in the transaction that finishes a run: publishes through the outbox. */
  readonly onFinished?: (tx: Tx, run: Run) => Promise<void>;
  /** Crash suites only. */
  readonly killPoint?: KillPoint;
}

/** Token of the queue's health indicator. While the queue is away nothing new is dispatched, so it is an own store. */
export const JobQueueHealth = Symbol('JobQueueHealth');

const planning: readonly Provider[] = [
  { provide: JobJournal, inject: [Database], useFactory: (database: Database) => new SqlJobJournal(database) },
  {
    provide: RunStore,
    inject: [JobJournal, Clock],
    useFactory: (journal: JobJournal, clock: Clock) => new SqlRunStore(journal, clock),
  },
];

type WorkerParts = [Database, RunStore, Ledger, DispatchCheck, EffectExecutor, Clock];

const working = (open: NonNullable<WorkflowModuleOptions['open']>, options: WorkflowModuleOptions): Provider[] => [
  {
    provide: JobDispatcher,
    inject: [Clock, Logger],
    useFactory: (clock: Clock, logger: Logger) => open({ clock, logger }),
  },
  { provide: DispatchCheck, useExisting: SafetyGate },
  {
    provide: EffectExecutor,
    inject: [PlatformClient],
    useFactory: (platform: PlatformClient) => new PlatformEffectExecutor(platform),
  },
  {
    provide: RunWorker,
    inject: [Database, RunStore, Ledger, DispatchCheck, EffectExecutor, Clock],
    useFactory: (...[database, runs, ledger, gate, executor, clock]: WorkerParts) =>
      new RunWorker({
        database,
        runs,
        ledger,
        gate,
        executor,
        clock,
        recorder: (session) => createCallRecorder(session, { database }),
        ...(options.times ? { times: options.times } : {}),
        ...(options.onFinished ? { onFinished: options.onFinished } : {}),
        ...(options.killPoint ? { killPoint: options.killPoint } : {}),
      }),
  },
  {
    provide: JobRunner,
    inject: [JobJournal, JobDispatcher, Clock, Logger],
    useFactory: (journal: JobJournal, dispatcher: JobDispatcher, clock: Clock, logger: Logger) =>
      new JobRunner({ journal, dispatcher, clock, logger, ...(options.leaseMs ? { leaseMs: options.leaseMs } : {}) }),
  },
  {
    provide: JobQueueHealth,
    inject: [JobDispatcher],
    useFactory: (dispatcher: OpenedDispatcher): HealthIndicator => ({
      name: 'job_queue',
      kind: 'own',
      check: async () => {
        await dispatcher.ping?.();
        return { up: true };
      },
    }),
  },
  RunWorking,
];

/** Begins once every module has named its handlers; stops before the stores that jobs need are closed. */
class RunWorking implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(
    @Inject(JobRunner) private readonly runner: JobRunner,
    @Inject(RunWorker) private readonly worker: RunWorker,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    this.runner.handle('run', (job) => this.worker.handle(job));
    await this.runner.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.runner.close();
  }
}

/**
 * Journal and runs from the app's database; with `open` also the runner, which other modules give their handlers in `onModuleInit`.
 * Its migrations go to the storage module.
 */
@Module({})
export class WorkflowModule {
  static forRoot(options: WorkflowModuleOptions = {}): DynamicModule {
    const { open } = options;
    return {
      module: WorkflowModule,
      global: true,
      providers: [...planning, ...(open ? working(open, options) : [])],
      exports: [JobJournal, RunStore, ...(open ? [JobRunner, JobDispatcher, JobQueueHealth] : [])],
    };
  }
}
