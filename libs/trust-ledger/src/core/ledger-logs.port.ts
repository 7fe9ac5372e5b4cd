import type { LogReader, SignedCheckpoint } from './log.port.ts';

/** The logs of a deployment, by tenant: what a door to the outside shows of them. */
export interface LedgerLogs {
  reader(tenant: string): LogReader;
  /** C2SP vkey text of the tenant's log, for policies and trust files. */
  verifierKey(tenant: string): string;
  /** The newest signed checkpoint. @throws DmitryError `ledger.proof_pending` while nothing is signed */
  checkpoint(tenant: string): Promise<SignedCheckpoint>;
}
export const LedgerLogs = Symbol('LedgerLogs');
