/** The memory room of @dmitry/analyst: the analyst over a scripted model. */
export { createScriptedAnalyst } from './scripted-analyst.ts';
