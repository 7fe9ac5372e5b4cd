/** Embedded PostgreSQL (PGlite), in a folder or in memory. */
export { PgliteDatabase } from './pglite-database.ts';
export type { PgliteOptions } from './pglite-database.ts';
