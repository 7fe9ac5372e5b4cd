/** The use cases as a Nest module. */
export { PipelineModule } from './pipeline.module.ts';
export type { PipelineModuleOptions } from './pipeline.module.ts';
export type { PipelineWorkOptions } from './pipeline-work.ts';
