/** The contract suite of the outbound client, and a server that misbehaves on demand. */
export { describeOutboundClientContract } from './outbound-client.contract.ts';
export type { Behaviour, OutboundSubject } from './outbound-client.contract.ts';
export { startFaultyServer } from './faulty-server.ts';
export type { Arrival, Fault, FaultyServer } from './faulty-server.ts';
