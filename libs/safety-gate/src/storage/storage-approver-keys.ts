import type { Clock } from '@dmitry/kit';
import type { Tx } from '@dmitry/storage';
import type { LedgerSession } from '@dmitry/trust-ledger';
import { approverKeyDraft, type ApproverKeys, isPublicKey, keyInvalid, type RegisteredKey } from '../core/index.ts';
import { tenantOf } from './tenant-of.ts';

export class StorageApproverKeys implements ApproverKeys {
  constructor(private readonly clock: Clock) {}

  async find(tx: Tx, approver: string): Promise<string | null> {
    const [row] = await tx.query('SELECT public_key FROM gate_approver_key WHERE tenant = $1 AND approver = $2', [
      tenantOf(tx),
      approver,
    ]);
    return row ? (row['public_key'] as string) : null;
  }

  async list(tx: Tx, approver?: string): Promise<RegisteredKey[]> {
    const rows = await tx.query<{ approver: string; public_key: string; registered_ms: string }>(
      `SELECT approver, public_key, registered_ms FROM gate_approver_key
        WHERE tenant = $1 AND ($2::text IS NULL OR approver = $2) ORDER BY approver`,
      [tenantOf(tx), approver ?? null],
    );
    return rows.map((row) => ({
      approver: row.approver,
      publicKey: row.public_key,
      registeredMs: Number(row.registered_ms),
    }));
  }

  async register(tx: Tx, session: LedgerSession, approver: string, publicKey: string): Promise<void> {
    if (!isPublicKey(publicKey)) throw keyInvalid();
    const tenant = tenantOf(tx, session);
    await session.append(tx, [approverKeyDraft(approver, publicKey)]);
    await tx.query(
      `INSERT INTO gate_approver_key (tenant, approver, public_key, registered_ms) VALUES ($1, $2, $3, $4)
       ON CONFLICT (tenant, approver) DO UPDATE SET public_key = excluded.public_key, registered_ms = excluded.registered_ms`,
      [tenant, approver, publicKey, Math.round(this.clock.now())],
    );
  }

  async revoke(tx: Tx, session: LedgerSession, approver: string): Promise<boolean> {
    const gone = await tx.query(
      'DELETE FROM gate_approver_key WHERE tenant = $1 AND approver = $2 RETURNING approver',
      [tenantOf(tx, session), approver],
    );
    if (gone.length > 0) await session.append(tx, [approverKeyDraft(approver, null)]);
    return gone.length > 0;
  }
}
