import { DmitryError, type DmitryErrorOptions } from '@dmitry/kit';

/** Fault codes of this library; status and remedy stand in contracts' table of problems. */
export const LEDGER_FAULTS = [
  'ledger.backlog',
  'ledger.behind_checkpoint',
  'ledger.bundle_too_large',
  'ledger.checkpoint_invalid',
  'ledger.entries_missing',
  'ledger.entry_invalid',
  'ledger.entry_too_large',
  'ledger.entry_unknown',
  'ledger.fenced',
  'ledger.files_damaged',
  'ledger.folder_locked',
  'ledger.journal_failed',
  'ledger.key_invalid',
  'ledger.log_unavailable',
  'ledger.note_invalid',
  'ledger.policy_invalid',
  'ledger.proof_invalid',
  'ledger.proof_pending',
  'ledger.prune_refused',
  'ledger.session_sealed',
  'ledger.tile_invalid',
  'ledger.tile_missing',
  'ledger.tree_invalid',
] as const;
export type LedgerFaultCode = (typeof LEDGER_FAULTS)[number];

export const ledgerFault = (code: LedgerFaultCode, message: string, options: DmitryErrorOptions = {}): DmitryError =>
  new DmitryError(code, message, options);
