/** Clock and ids that a test, a demo or a replay owns. */
export { ManualClock } from './manual-clock.ts';
export { SeededIds } from './seeded-ids.ts';
