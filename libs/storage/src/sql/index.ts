/** Data keys, sealing and leases: SQL over the database port, the same on PostgreSQL and PGlite. */
export { createDataKeys } from './data-keys.ts';
export type { DataKeysOptions } from './data-keys.ts';
export { createSealer } from './sealer.ts';
export { createLeases } from './leases.ts';
export { storageMigrations } from '../core/index.ts';
