/** The database and what stands on it, as a Nest module. */
export { StorageHealth, StorageModule } from './storage.module.ts';
export type { StorageModuleOptions } from './storage.module.ts';
export { storageConfig } from './storage.config.ts';
