/** Configuration from the environment: typed, complete in its complaints, frozen. */
export { environment } from './environment.ts';
export { defineConfig } from './define-config.ts';
export type { ConfigDefinition, ConfigFault, ConfigValues } from './define-config.ts';
export { configInvalid, loadConfig } from './load-config.ts';
export type { Config } from './load-config.ts';
export { optionsTable } from './options-table.ts';
export { authConfig } from './auth.config.ts';
