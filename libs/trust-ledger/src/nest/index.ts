/** The ledger as a Nest module. */
export { SequencerHealth, TrustLedgerModule } from './trust-ledger.module.ts';
export type { SequenceOptions, TrustLedgerModuleOptions } from './trust-ledger.options.ts';
export { ledgerConfig, ledgerOptionsOf } from './ledger.config.ts';
