/** The ledger as a Nest module. */
export { SequencerHealth, TrustLedgerModule } from './trust-ledger.module.ts';
export type { TrustLedgerModuleOptions } from './trust-ledger.module.ts';
export { ledgerConfig, ledgerOptionsOf } from './ledger.config.ts';
