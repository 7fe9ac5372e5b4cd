/** The suites that every event bus and every database under messaging pass, and the real cluster to run the first on. */
export { describeEventBusContract } from './event-bus.contract.ts';
export type { BusHarness } from './event-bus.contract.ts';
export { connectKafka } from './kafka-harness.ts';
export { describeMessagingStorageContract } from './messaging-storage.contract.ts';
