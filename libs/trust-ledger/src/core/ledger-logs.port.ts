import type { CheckpointKeeper } from './checkpoint-keeper.port.ts';
import type { LogReader, SignedCheckpoint } from './log.port.ts';

/** The logs of a deployment, by tenant: what a door to the outside shows of them. */
export interface LedgerLogs {
  reader(tenant: string): LogReader;
  /** C2SP vkey text of the tenant's log, for policies and trust files. */
  verifierKey(tenant: string): string;
  /** The same, and behind it the key before while keys change: what a trust file needs for what was signed meanwhile and before. */
  verifierKeys(tenant: string): readonly string[];
  /** The newest signed checkpoint. @throws DmitryError `ledger.proof_pending` while nothing is signed */
  checkpoint(tenant: string): Promise<SignedCheckpoint>;
  /** Where checkpoints are kept outside the database: every bundle proves that it leads on from the log's last one (DESIGN.md 6). */
  readonly keeper?: CheckpointKeeper;
}
export const LedgerLogs = Symbol('LedgerLogs');
