/** The ledger over PostgreSQL or embedded PGlite: rows, sequencer, reader, sweeper. */
export { trustLedgerMigrations } from './ledger-migrations.ts';
export { createLedger } from './create-ledger.ts';
export type { LedgerOptions } from './create-ledger.ts';
export type { DeploymentIdentity } from './deployment-identity.ts';
export { createSequencer, ROUND_LIMIT } from './sequencer.ts';
export type { SequencerOptions, SequencerStep, SqlSequencer } from './sequencer.ts';
export { createLogReader } from './log-reader.ts';
export type { LogReaderOptions } from './log-reader.ts';
export { createSessionSweeper } from './session-sweeper.ts';
export type { SessionSweeper, SessionSweeperOptions } from './session-sweeper.ts';
export { refuseOlderState } from './kept-checkpoint.ts';
export { createLedgerLogs } from './ledger-logs.ts';
export type { LedgerLogsOptions } from './ledger-logs.ts';
export { RepeatingWork } from './repeating-work.ts';
export type { RepeatingWorkOptions } from './repeating-work.ts';
export { sequencerHealth } from './sequencer-health.ts';
