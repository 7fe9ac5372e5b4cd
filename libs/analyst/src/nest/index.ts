/** The nest room of @dmitry/analyst. */
export { AnalystModule } from './analyst.module.ts';
export type { AnalystModuleOptions } from './analyst.module.ts';
