/** The event bus inside one process. */
export { MemoryEventBus } from './memory-event-bus.ts';
export type { MemoryEventBusOptions } from './memory-event-bus.ts';
