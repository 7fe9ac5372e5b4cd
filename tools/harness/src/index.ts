/** The built apps as processes on real services: what end-to-end and crash suites start, watch, stop and kill. */
export { startProcess } from './start-process.ts';
export type { Exit, ProcessOptions, RunningProcess } from './start-process.ts';
export { eventually } from './eventually.ts';
export { createTestDatabase } from './test-database.ts';
export type { TestDatabase } from './test-database.ts';
export { openTestTopics } from './test-topics.ts';
export type { ReadRecord, TestTopics } from './test-topics.ts';
export { callerOf } from './caller.ts';
export type { Answer, Call, Caller, Json } from './caller.ts';
export { SECRETS, tokenFor } from './people.ts';
export { simulatorClient } from './simulator-client.ts';
export type { DoneEffect, SimulatorClient } from './simulator-client.ts';
export { openFleet } from './fleet.ts';
export type { App, Fleet, FleetOptions, Services } from './fleet.ts';
