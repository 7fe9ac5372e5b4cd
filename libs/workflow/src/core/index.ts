/** The door of @dmitry/workflow: durable jobs, runs and effects. */
export { JobDispatcher, JobJournal } from './job.port.ts';
export type { ClaimedJob, FailingJob, JobHandler, JobId } from './job.port.ts';
export { JobRunner } from './job-runner.ts';
export type { JobRunnerOptions } from './job-runner.ts';
export { DispatchCheck, EffectExecutor } from './effect.port.ts';
export type { EffectAnswer, ProbeAnswer } from './effect.port.ts';
export { afterAnswer, afterProbe, DEFAULT_EFFECT_TIMES, isFinal, isOpen, runStatusOf } from './effect.policy.ts';
export type { EffectFacts, EffectMove, EffectTimes, FinalState } from './effect.policy.ts';
export { noKillPoint } from './kill-point.ts';
export type { KillPoint } from './kill-point.ts';
export { RunStore } from './run-store.port.ts';
export type { EffectWrite, PlannedRun, RunEffect, RunQuery } from './run-store.port.ts';
export { RunOperations } from './run-operations.ts';
export type { EffectResolution } from './run-operations.ts';
export { RunWorker } from './run-worker.ts';
export type { RunWorkerOptions } from './run-worker.ts';
export {
  decisionUsed,
  effectNotEscalated,
  fenced,
  ownAction,
  runNotCancellable,
  runNotFound,
} from './workflow.errors.ts';
