import type { LedgerEntry } from '@dmitry/contracts';
import type { Logger } from '@dmitry/kit';
import { clearWork, listWork, type Tx, type WorkItem } from '@dmitry/storage';
import { type EntryDraft, type LedgerParts, SessionOver } from '../core/index.ts';
import { type LedgerOptions, ledgerParts } from './create-ledger.ts';
import { SESSION_WORK } from './sql-entry-store.ts';
import { ENTRY_COLUMNS, type EntryRow, storedEntry } from './stored-rows.ts';

export interface SessionSweeperOptions extends LedgerOptions {
  readonly logger: Logger;
  /** A session without an entry for this long is dead: longer than anything that a request or job may wait for. @default 900,000 */
  readonly idleMs?: number;
}

/** Seals sessions whose process died, as abandoned; closes their reads that had no outcome. */
export interface SessionSweeper {
  /** One look at all tenants that have open sessions. Several may run at once. @returns how many sessions were sealed */
  sweep(): Promise<number>;
}

const DEFAULT_IDLE_MS = 900_000;
/** Sessions of a tenant that one look seals. */
const MAX_SESSIONS = 200;
const SWEEPER = { kind: 'system', name: 'session-sweeper' } as const;

export function createSessionSweeper({
  logger,
  idleMs = DEFAULT_IDLE_MS,
  ...options
}: SessionSweeperOptions): SessionSweeper {
  const parts = ledgerParts(options);
  return {
    async sweep() {
      const items = await parts.database.worker((tx) => listWork(tx, SESSION_WORK));
      let sealed = 0;
      for (const item of items) sealed += await sweepTenant(parts, item, idleMs);
      if (sealed > 0) logger.warn('ledger.sessions_abandoned', { count: sealed });
      return sealed;
    },
  };
}

async function sweepTenant(parts: LedgerParts, item: WorkItem, idleMs: number): Promise<number> {
  const sealed = await parts.database.tenant(item.tenant, async (tx) => {
    const dead = await deadSessions(tx, parts.clock.now() - idleMs);
    for (const id of dead) await abandon(tx, new SessionOver(parts, { id, tenant: item.tenant, actor: SWEEPER }));
    const [open] = await tx.query('SELECT id FROM ledger_session WHERE tenant = $1 AND NOT sealed LIMIT 1', [
      tx.tenant,
    ]);
    if (open) await tx.signal(SESSION_WORK); // one signal for all that are still open, in place of one each
    return dead.length;
  });
  await parts.database.worker((tx) => clearWork(tx, item));
  return sealed;
}

/** Nobody will use what the session's reads might have answered; what its effects did, somebody has to find out, so they stay open. */
async function abandon(tx: Tx, session: SessionOver): Promise<void> {
  const intents = await openIntents(tx, session.id);
  const reads = intents.filter(({ facts }) => facts['effect'] === 'read');
  await session.append(
    tx,
    reads.map(({ id, facts }): EntryDraft => ({
      type: 'outcome',
      refs: { intent: id },
      facts: { ...facts, status: 'abandoned' },
    })),
  );
  await session.sealIn(tx, 'abandoned');
}

async function openIntents(tx: Tx, sessionId: string): Promise<LedgerEntry[]> {
  const rows = await tx.query<EntryRow>(
    `SELECT ${ENTRY_COLUMNS} FROM ledger_open_intent o JOIN ledger_entry e ON e.tenant = o.tenant AND e.id = o.id
     WHERE o.tenant = $1 AND e.session = $2 ORDER BY e.serial`,
    [tx.tenant, sessionId],
  );
  return rows.map((row) => storedEntry(row).entry);
}

async function deadSessions(tx: Tx, beforeMs: number): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(
    `SELECT id FROM ledger_session WHERE tenant = $1 AND NOT sealed AND last_ms < $2 ORDER BY last_ms LIMIT ${MAX_SESSIONS} FOR UPDATE SKIP LOCKED`,
    [tx.tenant, beforeMs],
  );
  return rows.map(({ id }) => id);
}
