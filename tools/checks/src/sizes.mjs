// npm run figures:sizes: how long files and functions are, and which share of the product's lines the apps hold.
// Prints a table and writes docs/figures/sizes.md; counts product code only, physical lines, comments included.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { roleOf } from './imports.mjs';
import { files, readText, root } from './workspace.mjs';

const lineCount = (text) => (text === '' ? 0 : text.replace(/\n$/, '').split('\n').length);

/** @param {number[]} values @param {number} share 0..1 @returns {number} nearest rank */
export function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted.length === 0
    ? 0
    : sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))];
}

/** @param {string} text TypeScript @returns {{name: string, lines: number, line: number}[]} every function with a body */
export function functionsOf(text) {
  const source = ts.createSourceFile('x.ts', text, ts.ScriptTarget.Latest, true);
  const found = [];
  const visit = (node) => {
    if (ts.isFunctionLike(node) && node.body) {
      const from = source.getLineAndCharacterOfPosition(node.getStart(source)).line;
      const to = source.getLineAndCharacterOfPosition(node.end).line;
      found.push({
        name: node.name?.getText(source) ?? node.parent?.name?.getText?.(source) ?? 'anonymous',
        lines: to - from + 1,
        line: from + 1,
      });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** @returns {{path: string, lines: number, functions: ReturnType<typeof functionsOf>}[]} product code of libs and apps */
export function measured() {
  return files()
    .filter((path) => /^(libs|apps)\/[^/]+\/src\/.+\.ts$/.test(path) && roleOf(path) === 'product')
    .map((path) => ({ path, lines: lineCount(readText(path)), functions: functionsOf(readText(path)) }));
}

/** @param {ReturnType<typeof measured>} all */
export function figures(all) {
  const sum = (some) => some.reduce((total, { lines }) => total + lines, 0);
  const functions = all.flatMap((file) => file.functions.map((each) => ({ ...each, path: file.path })));
  const total = sum(all);
  return {
    files: all.length,
    lines: total,
    fileMedian: quantile(
      all.map(({ lines }) => lines),
      0.5,
    ),
    fileP90: quantile(
      all.map(({ lines }) => lines),
      0.9,
    ),
    fileMax: Math.max(0, ...all.map(({ lines }) => lines)),
    over250: all.filter(({ lines }) => lines > 250).map(({ path, lines }) => `${path} (${lines})`),
    functionMedian: quantile(
      functions.map(({ lines }) => lines),
      0.5,
    ),
    functionP90: quantile(
      functions.map(({ lines }) => lines),
      0.9,
    ),
    over50: functions
      .filter(({ lines }) => lines > 50)
      .map(({ path, line, name, lines }) => `${path}:${line} ${name} (${lines})`),
    appsShare: total === 0 ? 0 : sum(all.filter(({ path }) => path.startsWith('apps/'))) / total,
  };
}

function markdown(f) {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: root, encoding: 'utf8' }).trim();
  const list = (items) => (items.length === 0 ? ['none'] : items.map((item) => `- ${item}`));
  return [
    '# Sizes of the product code',
    '',
    `Printed by \`npm run figures:sizes\` at commit ${commit}: libs and apps without specs, contract suites and tools; physical lines.`,
    '',
    '| figure | value |',
    '| --- | --- |',
    `| files | ${f.files} |`,
    `| lines | ${f.lines} |`,
    `| lines per file: median / p90 / longest | ${f.fileMedian} / ${f.fileP90} / ${f.fileMax} |`,
    `| lines per function: median / p90 | ${f.functionMedian} / ${f.functionP90} |`,
    `| share of the product's lines in apps | ${(f.appsShare * 100).toFixed(1)} % |`,
    '',
    '## Files over 250 lines',
    '',
    ...list(f.over250),
    '',
    '## Functions over 50 lines',
    '',
    ...list(f.over50),
    '',
  ].join('\n');
}

if (process.argv[1] === import.meta.filename) {
  const text = markdown(figures(measured()));
  mkdirSync(join(root, 'docs/figures'), { recursive: true });
  writeFileSync(join(root, 'docs/figures/sizes.md'), text);
  process.stdout.write(text);
}
