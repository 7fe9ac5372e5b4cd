/** The suite that every ledger passes. */
export { describeLedgerContract } from './ledger.contract.ts';
export type { LedgerSubject } from './ledger.contract.ts';
