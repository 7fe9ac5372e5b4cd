/** The nest room of @dmitry/llm. */
export { LlmIndicators, LlmModule } from './llm.module.ts';
export type { LlmModuleOptions } from './llm.module.ts';
export { llmConfig, LlmEndpoint, llmOptionsOf, OFFLINE } from './llm.config.ts';
