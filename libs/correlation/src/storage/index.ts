/** State of the fold in the database, in the caller's transaction. */
export { correlationMigrations } from './migrations.ts';
export { createStoredCorrelator } from './stored-correlator.ts';
export type { StoredCorrelator, StoredCorrelatorOptions, Watermark } from './stored-correlator.ts';
