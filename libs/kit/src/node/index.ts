/** The real clock, real randomness and plain JSON logs of a Node process. */
export { SystemClock } from './system-clock.ts';
export { RandomIds } from './random-ids.ts';
export { JsonLogger, LOG_LEVELS } from './json-logger.ts';
export type { JsonLoggerOptions, LogLevel } from './json-logger.ts';
