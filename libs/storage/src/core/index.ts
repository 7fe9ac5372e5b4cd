/** The door of @dmitry/storage: the database port, migrations, data keys and leases. */
export { Database } from './database.port.ts';
export type { Row, TransactionOptions, Tx } from './database.port.ts';
export type { Migration } from './migration.ts';
export { DataKeys, Sealer } from './data-keys.port.ts';
export type { DataKey } from './data-keys.port.ts';
export { Leases } from './lease.port.ts';
export type { Lease } from './lease.port.ts';
