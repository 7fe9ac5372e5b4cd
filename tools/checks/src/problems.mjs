// The table of fault codes, read from contracts' source: Node strips the types.
import { pathToFileURL } from 'node:url';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './workspace.mjs';

/** @typedef {{status: number, title: string, remedy: string, detail?: string}} Problem */

/** @returns {Promise<Record<string, Problem>>} code → what the edge says */
export async function problems() {
  const file = join(root, 'libs/contracts/src/core/problems.ts');
  if (!existsSync(file))
    throw new Error('libs/contracts/src/core/problems.ts is missing: it holds the table of fault codes.');
  return (await import(pathToFileURL(file).href)).PROBLEMS;
}
