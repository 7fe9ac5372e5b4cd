import { createDataKeys, createSealer } from '@dmitry/storage/sql';
import { createLedger, firstPlaceSince, type Pruned, pruneLog } from '@dmitry/trust-ledger/storage';
import type { CommandContext } from '../cli/context.ts';
import { CallFault } from '../cli/faults.ts';
import { type LedgerState, openLedgerState } from './ledger-state.ts';

export interface PruneCall {
  readonly tenant: string;
  /** Which rule of the retention policy: stands in the ledger. */
  readonly reason: string;
  readonly from: { readonly index: number } | { readonly timeMs: number };
}

/** Prunes one tenant's log in the database, and writes into the log that and why. */
export async function pruneState(context: CommandContext, call: PruneCall): Promise<Pruned> {
  const state = await openLedgerState(context);
  try {
    const minimumIndex = await minimumOf(state, call);
    await record(context, state, { ...call, minimumIndex });
    return await pruneLog({ database: state.database, tenant: call.tenant, minimumIndex });
  } finally {
    await state.database.close();
  }
}

async function minimumOf({ database }: LedgerState, { tenant, from }: PruneCall): Promise<number> {
  if ('index' in from) return from.index;
  const place = await database.tenant(tenant, (tx) => firstPlaceSince(tx, from.timeMs), { readOnly: true });
  if (place !== null) return place;
  throw new CallFault('--before: no entry is younger than that; the newest entries are never pruned');
}

/** Durable before anything is removed: whoever follows the log sees that it was pruned, when, and by which rule. */
async function record(
  { io }: CommandContext,
  { database, identity, masterKey, keeper }: LedgerState,
  { tenant, reason, minimumIndex }: PruneCall & { readonly minimumIndex: number },
): Promise<void> {
  const dataKeys = createDataKeys({ ids: io.ids, masterKey });
  const sealer = createSealer(io.ids);
  const stores = { database, dataKeys, sealer, clock: io.clock, ids: io.ids, ...(keeper && { keeper }) };
  const ledger = createLedger({ ...identity, ...stores });
  const session = await ledger.openSession(tenant, { kind: 'operator', name: 'ledger-prune' });
  await session.record([
    { type: 'config', facts: { change: 'ledger.prune', minimum_index: minimumIndex }, committed: { reason } },
  ]);
  await session.seal();
}
