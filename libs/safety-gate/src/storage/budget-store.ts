import type { Impact } from '@dmitry/contracts';
import type { Tx } from '@dmitry/storage';
import type { ReservationDemand, SettledOutcome } from '../core/index.ts';
import { tenantOf } from './tenant-of.ts';

/** Makes decisions of one impact take turns: whoever counts after this sees everything that was reserved. */
export async function lockBudget(tx: Tx, impact: Impact): Promise<void> {
  const tenant = tenantOf(tx);
  await tx.query('INSERT INTO gate_budget (tenant, impact) VALUES ($1, $2) ON CONFLICT DO NOTHING', [tenant, impact]);
  await tx.query('SELECT impact FROM gate_budget WHERE tenant = $1 AND impact = $2 FOR UPDATE', [tenant, impact]);
}

/** Effects of `impact` in the rolling window that were, are or may still be. A reservation that ran out unused does not count. */
export async function budgetUsed(tx: Tx, impact: Impact, windowMs: number, nowMs: number): Promise<number> {
  const [row] = await tx.query(
    `SELECT count(*) AS used FROM gate_reservation
      WHERE tenant = $1 AND impact = $2 AND created_ms > $3 AND (state IN ('dispatched', 'spent') OR (state = 'reserved' AND expires_ms > $4))`,
    [tenantOf(tx), impact, Math.round(nowMs - windowMs), Math.round(nowMs)],
  );
  return Number(row?.['used']);
}

export async function reserve(tx: Tx, decisionId: string, demand: ReservationDemand, nowMs: number): Promise<void> {
  await tx.query(
    `INSERT INTO gate_reservation (tenant, decision_id, impact, entities, state, created_ms, expires_ms) VALUES ($1, $2, $3, $4, 'reserved', $5, $6)`,
    [tenantOf(tx), decisionId, demand.impact, demand.entities, Math.round(nowMs), Math.round(demand.expiresMs)],
  );
}

/** Marks the reservation as in use. @returns false when it was settled before: nothing may leave on it any more */
export async function useReservation(tx: Tx, decisionId: string): Promise<boolean> {
  const rows = await tx.query(
    `UPDATE gate_reservation SET state = 'dispatched' WHERE tenant = $1 AND decision_id = $2 AND state IN ('reserved', 'dispatched') RETURNING decision_id`,
    [tenantOf(tx), decisionId],
  );
  return rows.length > 0;
}

/** What was refused or never done is given back; what was done, or may have been, is spent. */
export async function settleReservation(tx: Tx, decisionId: string, outcome: SettledOutcome): Promise<void> {
  const state = outcome === 'refused' || outcome === 'not_done' ? 'released' : 'spent';
  await tx.query(
    `UPDATE gate_reservation SET state = $3 WHERE tenant = $1 AND decision_id = $2 AND state IN ('reserved', 'dispatched')`,
    [tenantOf(tx), decisionId, state],
  );
}
