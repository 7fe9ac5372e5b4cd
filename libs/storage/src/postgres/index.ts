/** PostgreSQL through node-postgres. */
export { PostgresDatabase } from './postgres-database.ts';
export type { PostgresOptions } from './postgres-database.ts';
