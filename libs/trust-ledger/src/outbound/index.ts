/** Over @dmitry/outbound: the call recorder of a ledger's session, and logs that are read over HTTP. */
export { createHttpLogFetch, MAX_LOG_RESOURCE_BYTES } from './http-log-fetch.ts';
export { createCallRecorder } from './call-recorder.ts';
export type { CallRecorderOptions } from './call-recorder.ts';
