/** The door of @dmitry/outbound: calls that leave the process, and the port that records them. */
export { CallRecorder } from './call-recorder.port.ts';
export type { CallContext, CallIntent, CallOutcome } from './call-recorder.port.ts';
export { OutboundClient } from './outbound-client.port.ts';
export type { OutboundRequest, OutboundResult, OutboundStream, UnavailableReason } from './outbound-client.port.ts';
export { outcomeOf, resultOf } from './call-end.policy.ts';
export type { CallCost, CallEnd, Failed, Replied, RequestKind } from './call-end.policy.ts';
export { openRecord, recordedCall } from './recorded-call.ts';
export type { OpenRecord } from './recorded-call.ts';
export { requestInvalid, streamCut } from './outbound.errors.ts';
export { retryAfterMs } from './retry-after.policy.ts';
export { scrubSecrets } from './scrub.policy.ts';
