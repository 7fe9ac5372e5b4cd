/** The ledger as a Nest module. */
export type { WitnessClients } from './ledger.config.ts';
export { SequencerHealth, TrustLedgerModule } from './trust-ledger.module.ts';
export type { SequenceOptions, TrustLedgerModuleOptions } from './trust-ledger.options.ts';
export { ledgerConfig, ledgerOptionsOf, sequenceOptionsOf } from './ledger.config.ts';
