/** The C2SP tlog-witness protocol over HTTP: a witness for other people's logs, and a client that asks witnesses for ours. */
export { startWitness } from './start-witness.ts';
export type { RunningWitness } from './start-witness.ts';
export { witnessConfig } from './witness.config.ts';
export { createWitnessServer } from './witness-server.ts';
export type { WitnessServer, WitnessServerOptions } from './witness-server.ts';
export { createWitnessClient } from './witness-client.ts';
export type { WitnessAsked, WitnessClient, WitnessClientOptions } from './witness-client.ts';
export { createCosignatureCollector } from './cosignature-collector.ts';
export type { CosignatureCollectorOptions } from './cosignature-collector.ts';
export { createPolicyCosigner } from './policy-cosigner.ts';
export type { PolicyCosignerOptions } from './policy-cosigner.ts';
export { witnessesOf } from './policy-witnesses.ts';
