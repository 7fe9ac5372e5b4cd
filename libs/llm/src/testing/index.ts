/** The testing room of @dmitry/llm: the contract suite of a provider, and what an OpenAI-compatible server says. */
export { describeLlmProviderContract } from './llm-provider.contract.ts';
export type { LlmSubject, LlmTraits, Saying } from './llm-provider.contract.ts';
export { completionReply, completionStream } from './chat-completions.ts';
