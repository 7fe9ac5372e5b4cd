/** The offline room of @dmitry/llm: a rule-based provider, labelled as such in every answer. */
export { createOfflineLlmProvider } from './offline-llm-provider.ts';
