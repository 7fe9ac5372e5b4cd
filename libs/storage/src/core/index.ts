/** The door of @dmitry/storage: the database port, migrations, data keys and leases. */
export { Database } from './database.port.ts';
export type { Row, TransactionOptions, Tx } from './database.port.ts';
export type { Migration } from './migration.ts';
export { DataKeys, Sealer } from './data-keys.port.ts';
export type { DataKey } from './data-keys.port.ts';
export { Leases } from './lease.port.ts';
export type { Lease } from './lease.port.ts';
export { clearWork, listWork } from './work-list.ts';
export type { WorkItem } from './work-list.ts';
export { storageMigrations } from './storage-migrations.ts';
export { migrate, schemaFingerprint } from './migrate.ts';
export { roleSql, TENANT_ROLE, WORKER_ROLE } from './database-roles.ts';
export type { TransactionTenant } from './database-roles.ts';
export type { SqlConnection } from './sql-connection.port.ts';
export { retrying, runTransaction } from './transaction.ts';
export { commitUnknown, databaseClosed, storageFault, unavailable } from './storage.errors.ts';
export { byteaText, encodeValue, knownTypes, parseValue } from './wire-values.ts';
export { databaseHealth } from './database-health.ts';
