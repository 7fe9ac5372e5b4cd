/** Jobs in this process: what the embedded mode runs on. */
export { MemoryJobDispatcher } from './memory-job-dispatcher.ts';
export type { MemoryJobDispatcherOptions } from './memory-job-dispatcher.ts';
