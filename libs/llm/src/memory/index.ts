/** The memory room of @dmitry/llm: a provider that says what its script says. */
export { createScriptedLlmProvider } from './scripted-llm-provider.ts';
export type { Script, ScriptedLlmProvider, ScriptedTurn } from './scripted-llm-provider.ts';
