import type { Clock, Logger } from '@dmitry/kit';
import type { EventBus, Subscription } from '@dmitry/messaging';
import { RepeatingWork } from '@dmitry/trust-ledger/storage';
import type { JobRunner } from '@dmitry/workflow';
import type { BeforeApplicationShutdown, OnApplicationBootstrap, OnModuleInit } from '@nestjs/common';
import type { Pipeline, TenantRouting } from '../core/index.ts';

export interface PipelineWorkOptions {
  readonly routing: TenantRouting;
  /** Topics to consume. */
  readonly topics: readonly string[];
  /** Consumer group. */
  readonly group: string;
}
export const WorkOptions = Symbol('PipelineWorkOptions');

/** An approval ends by its own time wherever it is read; this only closes it for the eye, and writes the entry. */
const HOUSEKEEPING_EVERY_MS = 60_000;

/** What of the app's surroundings the work needs. */
export interface WorkSurroundings {
  readonly bus: EventBus;
  readonly jobs: JobRunner;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Names the job handlers before the runner starts; consumes once the app is up; stops before the bus and the stores close. */
export class PipelineWork implements OnModuleInit, OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly housekeeping: RepeatingWork;
  private subscription: Subscription | null = null;

  constructor(
    private readonly pipeline: Pipeline,
    private readonly around: WorkSurroundings,
    private readonly options: PipelineWorkOptions,
  ) {
    const { clock, logger } = around;
    const work = () => pipeline.housekeeping.round();
    this.housekeeping = new RepeatingWork({
      clock,
      logger,
      name: 'housekeeping',
      everyMs: HOUSEKEEPING_EVERY_MS,
      work,
    });
  }

  onModuleInit(): void {
    this.pipeline.handleJobs(this.around.jobs);
  }

  async onApplicationBootstrap(): Promise<void> {
    this.housekeeping.start();
    const { routing, topics, group } = this.options;
    if (topics.length === 0) return;
    const consumer = this.pipeline.consumer(routing, group);
    this.subscription = await this.around.bus.subscribe({
      group,
      topics,
      onBatch: (batch) => consumer.handle(batch),
      startOffset: (topic, partition) => consumer.startOffset(topic, partition),
    });
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.subscription?.close();
    await this.housekeeping.stop();
  }
}
