import { OPERATOR_TENANT } from '@dmitry/contracts';
import type { Clock } from '@dmitry/kit';
import type { Row, Tx } from '@dmitry/storage';
import type { LedgerSession } from '@dmitry/trust-ledger';
import { type Halt, type HaltChange, haltDraft, type HaltState, type HaltSwitch } from '../core/index.ts';
import { appendOne, tenantOf } from './tenant-of.ts';

const NEVER: Halt = { halted: false, reason: null, sinceMs: null, entryId: null };
const ROWS =
  'SELECT tenant, halted, reason, entry_id, since_ms FROM gate_halt WHERE tenant IN ($1, $2) ORDER BY tenant';

function haltOf(rows: readonly Row[], tenant: string): Halt {
  const row = rows.find((each) => each['tenant'] === tenant);
  if (!row) return NEVER;
  return {
    halted: row['halted'] === true,
    reason: row['reason'] as string | null,
    sinceMs: row['since_ms'] === null ? null : Number(row['since_ms']),
    entryId: row['entry_id'] as string | null,
  };
}

function stateOf(rows: readonly Row[], tenant: string): HaltState {
  const own = haltOf(rows, tenant);
  const all = haltOf(rows, OPERATOR_TENANT);
  // The operator's row comes with the schema: where it is missing, what it would say is not known.
  const known = rows.some((each) => each['tenant'] === OPERATOR_TENANT);
  return { halted: own.halted || all.halted || !known, tenant: own, all };
}

/** A row to lock must exist, or a halt that inserts it would not wait for a dispatch that found none. */
const ensureRow = (tx: Tx, tenant: string): Promise<Row[]> =>
  tx.query('INSERT INTO gate_halt (tenant) VALUES ($1) ON CONFLICT (tenant) DO NOTHING', [tenant]);

/** Reads the switches and holds them as they are until the transaction ends. */
export async function lockHaltState(tx: Tx): Promise<HaltState> {
  const tenant = tenantOf(tx);
  await ensureRow(tx, tenant);
  return stateOf(await tx.query(`${ROWS} FOR SHARE`, [tenant, OPERATOR_TENANT]), tenant);
}

/** Waits for every transaction that holds the tenant's switch: what changes afterwards is seen by the next one. */
export async function lockTenantAlone(tx: Tx): Promise<void> {
  const tenant = tenantOf(tx);
  await ensureRow(tx, tenant);
  await tx.query('SELECT tenant FROM gate_halt WHERE tenant = $1 FOR UPDATE', [tenant]);
}

export class StorageHaltSwitch implements HaltSwitch {
  constructor(private readonly clock: Clock) {}

  halt(tx: Tx, session: LedgerSession, change: HaltChange): Promise<HaltState> {
    return this.turn(tx, session, true, change);
  }

  resume(tx: Tx, session: LedgerSession, change: HaltChange): Promise<HaltState> {
    return this.turn(tx, session, false, change);
  }

  async state(tx: Tx): Promise<HaltState> {
    const tenant = tenantOf(tx);
    return stateOf(await tx.query(ROWS, [tenant, OPERATOR_TENANT]), tenant);
  }

  private async turn(tx: Tx, session: LedgerSession, halted: boolean, change: HaltChange): Promise<HaltState> {
    const tenant = tenantOf(tx, session);
    await lockTenantAlone(tx);
    const entryId = await appendOne(
      tx,
      session,
      haltDraft(halted, tenant === OPERATOR_TENANT ? 'all' : 'tenant', change),
    );
    await tx.query('UPDATE gate_halt SET halted = $2, reason = $3, entry_id = $4, since_ms = $5 WHERE tenant = $1', [
      tenant,
      halted,
      change.reason,
      entryId,
      Math.round(this.clock.now()),
    ]);
    return this.state(tx);
  }
}
