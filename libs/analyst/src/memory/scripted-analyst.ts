import { createScriptedLlmProvider, type Script } from '@dmitry/llm/memory';
import { type Analyst, type AnalystOptions, createAnalyst } from '../core/index.ts';

/** The analyst over a model that says what its script says, recorded as any other. For specs, demos and offline use. */
export const createScriptedAnalyst = (script: Script, parts: Omit<AnalystOptions, 'llm'>): Analyst =>
  createAnalyst({ ...parts, llm: createScriptedLlmProvider(script) });
