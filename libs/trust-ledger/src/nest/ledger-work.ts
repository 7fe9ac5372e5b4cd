import type { Logger } from '@dmitry/kit';
import type { Ledger } from '../core/index.ts';
import {
  backlogMeasure,
  type Cosigning,
  createLogOfLogs,
  createSessionSweeper,
  type LedgerOptions,
  type Measuring,
  RepeatingWork,
  ROUND_LIMIT,
  type SqlSequencer,
} from '../storage/index.ts';
import type { SequenceOptions } from './trust-ledger.options.ts';

const DEFAULT_EVERY_MS = 200;
const DEFAULT_SWEEP_MS = 60_000;
/** Witnesses and the log of logs follow at this pace; what they missed they take up with the newest head. */
const FOLLOW_EVERY_MS = 1_000;
const BACKLOG_EVERY_MS = 5_000;

export interface LedgerWorkParts {
  readonly sequence: SequenceOptions;
  readonly sequencer: SqlSequencer;
  readonly cosigning: Cosigning | null;
  readonly ledger: Ledger;
  readonly logger: Logger;
  /** Null where nobody reads metrics. */
  readonly measuring: Measuring | null;
  readonly stores: LedgerOptions;
}

/** What a process that sequences does again and again. */
export function repeatedWork({
  sequence,
  sequencer,
  cosigning,
  ledger,
  logger,
  measuring,
  stores,
}: LedgerWorkParts): RepeatingWork[] {
  const { everyMs = DEFAULT_EVERY_MS, sweepEveryMs = DEFAULT_SWEEP_MS, sessionIdleMs, logOfLogs } = sequence;
  const sweeper = createSessionSweeper({
    ...stores,
    logger,
    ...(sessionIdleMs !== undefined && { idleMs: sessionIdleMs }),
  });
  const repeat = (name: string, everyMs: number, work: () => Promise<unknown>): RepeatingWork =>
    new RepeatingWork({ clock: stores.clock, logger, name, everyMs, work });
  const repeated = [
    repeat('ledger.sequencer', everyMs, () => catchUp(sequencer)),
    repeat('ledger.sweeper', sweepEveryMs, () => sweeper.sweep()),
  ];
  if (measuring) repeated.push(repeat('ledger.backlog', BACKLOG_EVERY_MS, backlogMeasure(stores.database, measuring)));
  if (cosigning) repeated.push(repeat('ledger.cosigning', FOLLOW_EVERY_MS, () => cosigning.round()));
  if (logOfLogs) {
    const log = createLogOfLogs({ ...stores, ledger });
    repeated.push(repeat('ledger.log_of_logs', FOLLOW_EVERY_MS, () => log.round()));
  }
  return repeated;
}

/** Rounds without a pause while a log has more than fits into one. */
async function catchUp(sequencer: SqlSequencer): Promise<void> {
  while ((await sequencer.round()) >= ROUND_LIMIT);
}
