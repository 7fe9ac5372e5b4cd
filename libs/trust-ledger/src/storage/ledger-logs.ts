import {
  type CheckpointKeeper,
  createPseudonyms,
  ledgerFault,
  type LedgerLogs,
  type LogSigner,
} from '../core/index.ts';
import { createLogReader, type LogReaderOptions } from './log-reader.ts';

export interface LedgerLogsOptions extends Omit<LogReaderOptions, 'tenant'> {
  readonly signer: (origin: string) => LogSigner;
  readonly keeper?: CheckpointKeeper;
}

/** Readers and keys of every tenant's log. */
export function createLedgerLogs({ signer, keeper, ...options }: LedgerLogsOptions): LedgerLogs {
  const pseudonyms = createPseudonyms(options.deployment, options.pseudonymKey);
  const reader = (tenant: string) => createLogReader({ ...options, tenant });
  return {
    ...(keeper && { keeper }),
    reader,
    verifierKeys: (tenant) => {
      const { verifierKey, retiring } = signer(pseudonyms.origin(tenant));
      return retiring === undefined ? [verifierKey] : [verifierKey, retiring];
    },
    verifierKey: (tenant) => signer(pseudonyms.origin(tenant)).verifierKey,
    async checkpoint(tenant) {
      const checkpoint = await reader(tenant).checkpoint();
      if (checkpoint) return checkpoint;
      throw ledgerFault('ledger.proof_pending', 'nothing of this log is signed yet: try again in about a second', {
        retryable: true,
        severity: 'info',
      });
    },
  };
}
