/**
 * One step of a library's schema, applied once, in order of `id` within the library, libraries in the order given.
 * Runs as the owner. Tables with a tenant column `tenant text` are protected by naming them in `tenantTables`: forced row-level
 * security with the policy `tenant = current_setting('app.tenant')`, and the tenant role's rights.
 */
export interface Migration {
  /** `<library>/<nnnn>-<what>`, e.g. `trust-ledger/0001-entries`. */
  readonly id: string;
  readonly sql: string;
  readonly tenantTables?: readonly string[];
  /** Tables (without contents of tenants) that the worker role may use: select, insert, update, delete. */
  readonly workerTables?: readonly string[];
}
