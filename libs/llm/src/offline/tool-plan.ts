import { listOf, type LlmTool } from '../core/index.ts';
import type { CaseFile } from './case-file.ts';

/**
 * Which of the offered tools to call, and with what: those whose required arguments the case can fill in;
 * if there are none, those that require nothing. A tool that needs what the case does not have is left alone.
 */
export function planToolCalls(tools: readonly LlmTool[], file: CaseFile): { name: string; arguments: string }[] {
  const known: Readonly<Record<string, string | null>> = { finding_id: file.findingId, query: file.entityId };
  const calls = tools.map((tool) => ({ tool, required: requiredOf(tool) }));
  const filled = calls.filter(({ required }) => required.length > 0 && required.every((name) => known[name]));
  const chosen = filled.length > 0 ? filled : calls.filter(({ required }) => required.length === 0);
  return chosen.map(({ tool, required }) => ({
    name: tool.name,
    arguments: JSON.stringify(Object.fromEntries(required.map((name) => [name, known[name]]))),
  }));
}

const requiredOf = (tool: LlmTool): string[] =>
  listOf(tool.parameters['required']).filter((name) => typeof name === 'string');
