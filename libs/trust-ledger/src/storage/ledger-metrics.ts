import type { Clock } from '@dmitry/kit';
import { type Database, listWork } from '@dmitry/storage';
import type { Metrics } from '@dmitry/telemetry';
import type { AppendedEntry, Ledger, LedgerSession } from '../core/index.ts';
import type { Cosigning } from './cosigning.ts';
import type { SqlSequencer } from './sequencer.ts';
import { SEQUENCE_WORK } from './sql-entry-store.ts';

export interface Measuring {
  readonly metrics: Metrics;
  readonly clock: Clock;
}

/**
 * The ledger, with how long appends take (`ledger_append_duration_seconds`: `transaction` within the caller's, `durable` in one of its own)
 * and how many entries they are (`ledger_entries_appended_total`). What rejects is not counted.
 */
export function measuredLedger(ledger: Ledger, { metrics, clock }: Measuring): Ledger {
  const entries = metrics.counter('ledger_entries_appended_total', 'Entries appended to logs.');
  const duration = metrics.histogram('ledger_append_duration_seconds', 'Time an append takes.', ['how']);
  async function measured(how: string, work: () => Promise<AppendedEntry[]>): Promise<AppendedEntry[]> {
    const startMs = clock.monotonicMs();
    const appended = await work();
    duration.observe((clock.monotonicMs() - startMs) / 1000, { how });
    entries.add(appended.length);
    return appended;
  }
  const measuredSession = (session: LedgerSession): LedgerSession => ({
    id: session.id,
    tenant: session.tenant,
    append: (tx, drafts) => measured('transaction', () => session.append(tx, drafts)),
    record: (drafts) => measured('durable', () => session.record(drafts)),
    seal: () => session.seal(),
  });
  return {
    openSession: async (...options) => measuredSession(await ledger.openSession(...options)),
    resolve: (...query) => ledger.resolve(...query),
    list: (...query) => ledger.list(...query),
    reveal: (...query) => ledger.reveal(...query),
    dangling: (...query) => ledger.dangling(...query),
    origin: (tenant) => ledger.origin(tenant),
  };
}

/** The sequencer, with its rounds, how long they take, how many entries they sign, and how many logs cannot be sequenced. */
export function measuredSequencer(sequencer: SqlSequencer, { metrics, clock }: Measuring): SqlSequencer {
  const rounds = metrics.counter('ledger_rounds_total', 'Rounds of the sequencer.', ['outcome']);
  const duration = metrics.histogram('ledger_round_duration_seconds', 'Time a round over all logs takes.');
  const signed = metrics.counter('ledger_entries_signed_total', 'Entries that came under a signed checkpoint.');
  const failed = metrics.gauge('ledger_logs_failed', 'Logs whose last round failed.');
  return {
    async round() {
      const startMs = clock.monotonicMs();
      try {
        const included = await sequencer.round();
        signed.add(included);
        const faults = [...sequencer.faults().values()].filter((code) => code !== 'ledger.fenced');
        failed.set(faults.length);
        rounds.add(1, { outcome: faults.length > 0 ? 'some_failed' : 'ok' });
        return included;
      } catch (error) {
        rounds.add(1, { outcome: 'failed' });
        throw error;
      } finally {
        duration.observe((clock.monotonicMs() - startMs) / 1000);
      }
    },
    faults: () => sequencer.faults(),
    close: () => sequencer.close(),
  };
}

/** Cosigning, with how many logs lack the quorum on their newest checkpoint. */
export function measuredCosigning(cosigning: Cosigning, { metrics }: Measuring): Cosigning {
  const unwitnessed = metrics.gauge(
    'ledger_logs_unwitnessed',
    'Logs whose newest checkpoint has no quorum of witnesses.',
  );
  return {
    faults: () => cosigning.faults(),
    async round() {
      const done = await cosigning.round();
      unwitnessed.set(cosigning.faults().size);
      return done;
    },
  };
}

/** Logs that one look counts the backlog of. */
const MAX_LOGS = 1_000;

/** One look at what waits for the sequencer, over all logs: how many entries, and for how long the oldest. */
export function backlogMeasure(database: Database, { metrics, clock }: Measuring): () => Promise<void> {
  const entries = metrics.gauge('ledger_backlog_entries', 'Entries that wait for the sequencer.');
  const age = metrics.gauge('ledger_backlog_age_seconds', 'How long the oldest entry has waited for the sequencer.');
  return async () => {
    const items = await database.worker((tx) => listWork(tx, SEQUENCE_WORK), { readOnly: true });
    let [count, oldestMs] = [0, clock.now()];
    for (const { tenant } of items.slice(0, MAX_LOGS)) {
      const [row] = await database.tenant(
        tenant,
        (tx) =>
          tx.query<{ n: string; since: string | null }>(
            'SELECT count(*) AS n, min(since_ms) AS since FROM ledger_pending WHERE tenant = $1',
            [tenant],
          ),
        { readOnly: true },
      );
      count += Number(row?.n ?? 0);
      oldestMs = Math.min(oldestMs, Number(row?.since ?? oldestMs));
    }
    entries.set(count);
    age.set((clock.now() - oldestMs) / 1000);
  };
}
