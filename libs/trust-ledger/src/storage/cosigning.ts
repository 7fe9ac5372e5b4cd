import { isDmitryError, type Logger } from '@dmitry/kit';
import type { Database, Tx } from '@dmitry/storage';
import { type CheckpointCosigner, mergeSignatures, parseSignedNote, type VerifierKey } from '../core/index.ts';
import type { DeploymentIdentity } from './deployment-identity.ts';
import { createLogReader } from './log-reader.ts';
import { COSIGN_WORK, workThrough } from './published-work.ts';

export interface CosigningOptions extends DeploymentIdentity {
  readonly database: Database;
  readonly cosigner: CheckpointCosigner;
  readonly logger: Logger;
}

/** Has published checkpoints cosigned by witnesses (level L3): beside the sequencer, never in its way. */
export interface Cosigning {
  /**
   * One look at all logs with a checkpoint that nobody has cosigned enough. Only the newest of a log is asked for; what does not get its
   * quorum is asked for again. Several processes may do it. @returns how many logs have their quorum now
   */
  round(): Promise<number>;
  /** Logs whose newest checkpoint has no quorum after it was last asked for, with why: for health checks. */
  faults(): ReadonlyMap<string, CosigningFault>;
}

/** `quorum`: too few cosigned. `ahead`: a witness knows a larger head than the log has. A code: the log cannot be read. */
export type CosigningFault = 'quorum' | 'ahead' | (string & {});

export function createCosigning(options: CosigningOptions): Cosigning {
  const faults = new Map<string, CosigningFault>();
  const work = async (tenant: string): Promise<boolean> => {
    const fault = await guarded(options, tenant);
    if (fault) faults.set(tenant, fault);
    else faults.delete(tenant);
    return fault === null;
  };
  return { round: () => workThrough(options.database, COSIGN_WORK, work), faults: () => faults };
}

/** One log's trouble is not the others'. */
async function guarded(options: CosigningOptions, tenant: string): Promise<CosigningFault | null> {
  try {
    return await cosignNewest(options, tenant);
  } catch (error) {
    const code = isDmitryError(error) ? error.code : 'internal.unexpected';
    options.logger.error('ledger.cosigning_failed', { tenant, code, message: (error as Error).message });
    return code;
  }
}

async function cosignNewest(options: CosigningOptions, tenant: string): Promise<CosigningFault | null> {
  const { cosigner, database, ...identity } = options;
  const reader = createLogReader({ ...identity, database, tenant });
  const checkpoint = await reader.checkpoint();
  if (!checkpoint) return null;
  const { note, enough, ahead } = await cosigner.cosign(reader, checkpoint);
  if (note !== checkpoint.note)
    await database.tenant(tenant, (tx) => addCosignatures(tx, checkpoint.size, { note, keys: cosigner.keys }));
  if (enough) return null;
  return ahead.length > 0 ? 'ahead' : 'quorum';
}

/**
 * Adds signatures to the stored checkpoint of this size, and to the head when it is still the newest. Nothing else of either changes,
 * so that a later head is never replaced by an earlier one.
 */
export async function addCosignatures(
  tx: Tx,
  size: number,
  cosigned: { readonly note: string; readonly keys: readonly VerifierKey[] },
): Promise<void> {
  // The head is locked first: two that merge at once would each lose what the other added.
  const [head] = await tx.query<{ note: string | null; signed_size: string }>(
    'SELECT note, signed_size FROM ledger_head WHERE tenant = $1 FOR UPDATE',
    [tx.tenant],
  );
  const { signatures } = parseSignedNote(cosigned.note);
  const merged = (note: string): string => mergeSignatures(note, signatures, cosigned.keys).note;
  if (head?.note && Number(head.signed_size) === size)
    await tx.query('UPDATE ledger_head SET note = $2 WHERE tenant = $1', [tx.tenant, merged(head.note)]);
  const [kept] = await tx.query<{ note: string }>(
    'DELETE FROM ledger_checkpoint WHERE tenant = $1 AND size = $2 RETURNING note',
    [tx.tenant, size],
  );
  if (kept)
    await tx.query('INSERT INTO ledger_checkpoint (tenant, size, note) VALUES ($1, $2, $3)', [
      tx.tenant,
      size,
      merged(kept.note),
    ]);
}
