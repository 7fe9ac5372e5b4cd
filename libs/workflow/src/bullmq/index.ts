/** Jobs over BullMQ on Redis. */
export { BullmqJobDispatcher } from './bullmq-job-dispatcher.ts';
export type { BullmqJobDispatcherOptions } from './bullmq-job-dispatcher.ts';
