/** Jobs, runs and effects in PostgreSQL or embedded PGlite. */
export { SqlJobJournal } from './sql-job-journal.ts';
export { SqlRunStore } from './sql-run-store.ts';
export { workflowMigrations } from './workflow-migrations.ts';
