import type { EventBus, Subscription } from '@dmitry/messaging';
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

/** Names the job handlers before the runner starts; consumes once the app is up; stops before the bus and the stores close. */
export class PipelineWork implements OnModuleInit, OnApplicationBootstrap, BeforeApplicationShutdown {
  private subscription: Subscription | null = null;

  constructor(
    private readonly pipeline: Pipeline,
    private readonly bus: EventBus,
    private readonly jobs: JobRunner,
    private readonly options: PipelineWorkOptions,
  ) {}

  onModuleInit(): void {
    this.pipeline.handleJobs(this.jobs);
  }

  async onApplicationBootstrap(): Promise<void> {
    const { routing, topics, group } = this.options;
    if (topics.length === 0) return;
    const consumer = this.pipeline.consumer(routing, group);
    this.subscription = await this.bus.subscribe({
      group,
      topics,
      onBatch: (batch) => consumer.handle(batch),
      startOffset: (topic, partition) => consumer.startOffset(topic, partition),
    });
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.subscription?.close();
  }
}
