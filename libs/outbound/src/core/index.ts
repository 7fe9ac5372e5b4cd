/** The door of @dmitry/outbound: calls that leave the process, and the port that records them. */
export { CallRecorder } from './call-recorder.port.ts';
export type { CallContext, CallIntent, CallOutcome } from './call-recorder.port.ts';
export { OutboundClient } from './outbound-client.port.ts';
export type { OutboundRequest, OutboundResult, OutboundStream, UnavailableReason } from './outbound-client.port.ts';
