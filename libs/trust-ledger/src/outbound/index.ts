/** The call recorder of @dmitry/outbound, over a session of the ledger. */
export { createCallRecorder } from './call-recorder.ts';
export type { CallRecorderOptions } from './call-recorder.ts';
