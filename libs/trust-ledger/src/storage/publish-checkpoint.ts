import type { Database, Tx } from '@dmitry/storage';
import { type LogSigner, type SignedCheckpoint, signedCheckpoint } from '../core/index.ts';
import { fenced, readHead } from './log-head.ts';

/** Checkpoints of a log that stay in the database. */
const KEPT_CHECKPOINTS = 1_000;

/** Signs a head that is committed, with its tiles, and not signed yet. Reads it anew: what is only in this process is never signed. */
export async function signCommitted(
  database: Database,
  tenant: string,
  signer: LogSigner,
): Promise<SignedCheckpoint | null> {
  const { tree, tiledSize, signedSize } = await database.tenant(tenant, readHead);
  if (signedSize === tree.size || tiledSize !== tree.size) return null;
  return signedCheckpoint(signer.sign({ origin: signer.origin, size: tree.size, root: tree.root() }));
}

/** The statement sees the checkpoints as they were before it: of those the newest but one less stay. */
const PUBLISH = `
WITH head AS (
  UPDATE ledger_head SET signed_size = $3, note = $4, fence = $2 WHERE tenant = $1 AND fence <= $2 AND signed_size < $3 AND size >= $3
  RETURNING tenant
), kept AS (
  INSERT INTO ledger_checkpoint (tenant, size, note) SELECT tenant, $3, $4 FROM head ON CONFLICT DO NOTHING
), gone AS (
  DELETE FROM ledger_checkpoint c USING head WHERE c.tenant = head.tenant
    AND c.size < (SELECT size FROM ledger_checkpoint WHERE tenant = $1 ORDER BY size DESC OFFSET ${KEPT_CHECKPOINTS - 2} LIMIT 1)
)
SELECT tenant FROM head`;

/** Only a larger checkpoint replaces one, and only of a size that is committed. @throws DmitryError `ledger.fenced` */
export async function publish(tx: Tx, fence: number, { size, note }: SignedCheckpoint): Promise<void> {
  const rows = await tx.query(PUBLISH, [tx.tenant, fence, size, note]);
  if (rows.length === 0) throw fenced('publishing a checkpoint');
}
