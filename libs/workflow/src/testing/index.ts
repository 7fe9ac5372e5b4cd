/** The suites that every adapter of a workflow port passes. */
export { describeJobDispatcherContract } from './job-dispatcher.contract.ts';
export { describeJobJournalContract } from './job-journal.contract.ts';
export type { JournalSubject } from './job-journal.contract.ts';
export { describeRunStoreContract, plannedRun } from './run-store.contract.ts';
export type { RunStoreSubject } from './run-store.contract.ts';
