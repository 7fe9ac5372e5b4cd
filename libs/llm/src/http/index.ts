/** The http room of @dmitry/llm: any OpenAI-compatible endpoint, over an outbound client. */
export { createHttpLlmProvider } from './http-llm-provider.ts';
export type { HttpLlmOptions } from './http-llm-provider.ts';
export { llmHealth } from './llm-health.ts';
