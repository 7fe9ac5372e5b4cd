// A page per fault code in docs/errors, and their index. What people wrote below the generated part stays.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { problems } from '../problems.mjs';
import { root } from '../workspace.mjs';

const END = '<!-- end of the generated part; add what helps below -->';

/** @param {string} code @param {import('../problems.mjs').Problem} problem @param {string} current the page as it is */
export function page(code, { status, title, remedy, detail }, current) {
  const written = current.includes(END) ? current.slice(current.indexOf(END) + END.length).trim() : '';
  const lines = [
    `# ${code}`,
    '',
    `**${title}** · HTTP ${status} · raised by \`${code.split('.')[0]}\``,
    '',
    ...(detail ? [detail, ''] : []),
    `What to do: ${remedy}`,
    '',
    END,
    ...(written ? ['', written] : []),
    '',
  ];
  return lines.join('\n');
}

/** @param {Record<string, import('../problems.mjs').Problem>} table */
export function index(table) {
  const rows = Object.keys(table)
    .sort()
    .map((code) => `| [${code}](${code}.md) | ${table[code].status} | ${table[code].title} |`);
  const intro =
    'Every fault that leaves the process carries one of these codes, in the `code` member of a problem document (RFC 9457) or in the headers of a dead letter.';
  return ['# Fault codes', '', intro, '', '| code | HTTP | title |', '| --- | --- | --- |', ...rows, ''].join('\n');
}

export async function outputs() {
  const table = await problems();
  const pages = Object.entries(table).map(([code, problem]) => {
    const path = `docs/errors/${code}.md`;
    const current = existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : '';
    return [path, page(code, problem, current)];
  });
  return [...pages, ['docs/errors/README.md', index(table)]];
}
