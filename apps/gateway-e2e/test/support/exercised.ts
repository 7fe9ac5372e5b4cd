import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** Documented operations that no suite here can have answered, each with its reason. The list only ever gets shorter. */
export const NOT_EXERCISED: Readonly<Record<string, string>> = {};

const SPECS = join(import.meta.dirname, '..');

/**
 * Notes what a suite has exercised, and says what nobody has once all suites of the run have noted theirs.
 * @returns operations that are neither exercised nor excused, and excuses that are none; null while other suites are still to come
 */
export function untried(
  spec: string,
  exercised: Iterable<string>,
  documented: readonly string[],
): readonly string[] | null {
  const folder = process.env['GATEWAY_TRAFFIC'];
  if (folder === undefined)
    throw new Error('GATEWAY_TRAFFIC is not set: run the suites with the Jest configuration of this project');
  writeFileSync(join(folder, `${basename(spec)}.json`), JSON.stringify([...exercised]));
  const notes = new Set(readdirSync(folder));
  const specs = readdirSync(SPECS).filter((name) => name.endsWith('.e2e-spec.ts'));
  if (!specs.every((name) => notes.has(`${name}.json`))) return null;
  const tried = new Set([...notes].flatMap((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as string[]));
  return [
    ...documented.filter((name) => !tried.has(name) && !Object.hasOwn(NOT_EXERCISED, name)),
    ...Object.keys(NOT_EXERCISED).filter((name) => tried.has(name) || !documented.includes(name)),
  ];
}
