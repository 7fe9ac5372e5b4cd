/** Sealing cached values under the tenants' data keys. */
export { createTenantSealer } from './tenant-sealer.ts';
export type { TenantSealerOptions } from './tenant-sealer.ts';
