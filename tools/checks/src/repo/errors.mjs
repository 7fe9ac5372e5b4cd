// The codes that code raises, the table in contracts and the pages in docs/errors are the same set.
import { problems } from '../problems.mjs';
import { roleOf } from '../imports.mjs';
import { files, readText } from '../workspace.mjs';

export const title = 'fault codes in the code = the table in contracts = the pages in docs/errors';

const TABLE = 'libs/contracts/src/core/problems.ts';
const CODE = "'([a-z][a-z0-9-]*\\.[a-z][a-z0-9_]*)'";
const THROWN = new RegExp(`new DmitryError\\(\\s*${CODE}`, 'g');
const LITERAL = new RegExp(CODE, 'g');

/**
 * @param {{path: string, text: string}[]} sources product code
 * @returns {Map<string, string>} code → a file that raises it
 */
export function raised(sources) {
  const found = new Map();
  for (const { path, text } of sources) {
    const pattern = path.endsWith('.errors.ts') ? LITERAL : THROWN;
    for (const [, code] of text.matchAll(pattern)) found.set(code, path);
  }
  return found;
}

/** @param {Map<string, string>} codes @param {string[]} table @param {string[]} pages @param {string} code everything that could name a code */
export function errorFaults(codes, table, pages, code) {
  const faults = [];
  for (const [name, path] of codes) if (!table.includes(name)) faults.push(`${path}: ${name} is not in ${TABLE}`);
  for (const name of table) {
    if (!code.includes(`'${name}'`)) faults.push(`${TABLE}: nothing raises ${name}`);
    if (!pages.includes(name)) faults.push(`docs/errors/${name}.md is missing (npm run generate -- errors-docs)`);
  }
  for (const name of pages) if (!table.includes(name)) faults.push(`docs/errors/${name}.md: no such code in ${TABLE}`);
  return faults;
}

export async function check() {
  const all = files();
  const product = all.filter(
    (file) => /^(libs|apps|tools)\/.+\.ts$/.test(file) && roleOf(file) === 'product' && file !== TABLE,
  );
  const sources = product.map((path) => ({ path, text: readText(path) }));
  const pages = all
    .flatMap((file) => /^docs\/errors\/([a-z].*)\.md$/.exec(file)?.[1] ?? [])
    .filter((name) => name !== 'README');
  return errorFaults(raised(sources), Object.keys(await problems()), pages, sources.map(({ text }) => text).join('\n'));
}
