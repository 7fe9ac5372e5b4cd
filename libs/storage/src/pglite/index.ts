/** Embedded PostgreSQL (PGlite), in a folder or in memory. */
export { lockFolder } from './folder-lock.ts';
export { PgliteDatabase } from './pglite-database.ts';
export type { PgliteOptions } from './pglite-database.ts';
