/** Jobs and runs as a Nest module. */
export { JobQueueHealth, WorkflowModule } from './workflow.module.ts';
export type { OpenedDispatcher, WorkflowModuleOptions } from './workflow.module.ts';
export { jobQueueConfig } from './job-queue.config.ts';
