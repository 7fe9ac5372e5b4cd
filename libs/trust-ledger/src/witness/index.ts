/** The C2SP tlog-witness protocol over HTTP: a witness for other people's logs, and a client that asks witnesses for ours. */
export { createWitnessServer } from './witness-server.ts';
export type { WitnessServer, WitnessServerOptions } from './witness-server.ts';
export { createWitnessClient } from './witness-client.ts';
export type { WitnessAsked, WitnessClient, WitnessClientOptions } from './witness-client.ts';
export { createCosignatureCollector } from './cosignature-collector.ts';
export type { CosignatureCollectorOptions } from './cosignature-collector.ts';
export { witnessesOf } from './policy-witnesses.ts';
