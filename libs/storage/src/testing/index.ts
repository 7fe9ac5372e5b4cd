/** Databases for specs, and the suites that every adapter of the database port passes. */
export { openTestDatabase } from './test-database.ts';
export { createDatabase, openPostgresTestDatabase } from './postgres-test-database.ts';
export { describeDatabaseContract } from './database.contract.ts';
export { describeIsolationContract } from './isolation.contract.ts';
export type { IsolationOptions } from './isolation.contract.ts';
export type { OpenDatabase } from './contract-schema.ts';
