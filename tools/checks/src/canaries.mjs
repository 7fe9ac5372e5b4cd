// npm run check:canaries: writes one forbidden thing of each kind into a workspace of its own, lints it with the real
// configuration, and fails unless every one is reported by the rule that is meant, and the clean twins pass.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { ARROWS } from './canary/arrows.mjs';
import { CODE } from './canary/code.mjs';
import { CLEAN, PROJECTS } from './canary/workspace.mjs';
import { root } from './workspace.mjs';

/** One forbidden thing of each kind; each must be reported by the rule named beside it, as an error. */
const CANARIES = [...ARROWS, ...CODE];

const SHARED = [
  '.oxlintrc.json',
  'nx.json',
  'package.json',
  'tsconfig.base.json',
  'tools/checks',
  'tools/workspace-plugin',
];

function put(place, path, text) {
  const file = join(place, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${text}\n`);
}

/** @param {string} place an empty folder */
function workspace(place) {
  for (const path of SHARED)
    cpSync(join(root, path), join(place, path), {
      recursive: true,
      filter: (from) => !/node_modules|coverage/.test(from),
    });
  mkdirSync(join(place, 'node_modules'));
  for (const name of [
    '.bin',
    '@nx',
    '@nestjs',
    '@types',
    '@jest',
    '@oxlint-tsgolint',
    'nx',
    'oxlint',
    'oxlint-tsgolint',
    'ioredis',
    'undici',
    'typescript',
    'prettier',
  ]) {
    symlinkSync(join(root, 'node_modules', name), join(place, 'node_modules', name), 'junction');
  }
  mkdirSync(join(place, 'node_modules', '@dmitry'));
  for (const [path, { tags, doors }] of Object.entries(PROJECTS)) {
    const name = path.split('/')[1];
    const exports = Object.fromEntries(
      Object.entries(doors).map(([door, file]) => [
        door,
        { '@dmitry/source': `./src/${file}.ts`, default: `./src/${file}.ts` },
      ]),
    );
    put(
      place,
      `${path}/package.json`,
      JSON.stringify({ name: `@dmitry/${name}`, version: '0.1.0', type: 'module', exports, nx: { tags } }),
    );
    put(
      place,
      `${path}/tsconfig.json`,
      JSON.stringify({ extends: '../../tsconfig.base.json', include: ['src', 'test'] }),
    );
    symlinkSync(join(place, path), join(place, 'node_modules', '@dmitry', name), 'junction');
  }
  symlinkSync(join(place, 'tools/workspace-plugin'), join(place, 'node_modules/@dmitry/workspace-plugin'), 'junction');
  for (const [path, code] of Object.entries(CLEAN)) put(place, path, code);
}

/** @param {string} place @param {string[]} args @param {Record<string, string>} [env] */
function lint(place, args, env = {}) {
  const { NX_TASK_TARGET_PROJECT: _, ...rest } = process.env;
  const run = spawnSync(process.execPath, [join(place, 'tools/checks/src/lint.mjs'), ...args], {
    cwd: place,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
    env: { ...rest, NX_DAEMON: 'false', NX_WORKSPACE_ROOT_PATH: place, ...env },
  });
  return { code: run.status, stdout: run.stdout, stderr: run.stderr };
}

/** @param {string} place @returns {Map<string, Set<string>>} file → rules that report it as an error */
function reported(place) {
  const { stdout, stderr } = lint(place, ['-f', 'json', 'libs', 'apps', 'tools/platform-simulator']);
  const found = new Map();
  let diagnostics;
  try {
    ({ diagnostics } = JSON.parse(stdout.slice(stdout.indexOf('{'))));
  } catch {
    throw new Error(`the lint of the canaries gave no report:\n${stdout.slice(0, 2000)}\n${stderr.slice(0, 2000)}`);
  }
  for (const { code, filename, severity } of diagnostics) {
    const file = relative(place, join(place, filename)).replaceAll('\\', '/');
    if (severity === 'error') found.set(file, (found.get(file) ?? new Set()).add(code));
  }
  return found;
}

/** @param {string} place @returns {[string, boolean, string][]} what is claimed, whether it holds, detail */
function results(place) {
  const clean = lint(place, ['libs', 'apps', 'tools/platform-simulator']);
  const out = [['the clean twins pass', clean.code === 0, clean.stdout.slice(0, 3000) + clean.stderr.slice(0, 1000)]];
  for (const { file, code } of CANARIES) put(place, file, code);
  const found = reported(place);
  for (const { what, file, rule } of CANARIES) {
    const rules = [...(found.get(file) ?? [])];
    out.push([`${rule} reports ${what}`, rules.includes(rule), `${file}: reported ${rules.join(', ') || 'nothing'}`]);
  }
  rmSync(join(place, '.nx'), { recursive: true, force: true });
  // inside an Nx task lint.mjs trusts the cached graph: when there is none, the boundary rule skips itself
  const without = lint(place, ['libs'], { NX_TASK_TARGET_PROJECT: 'x' });
  out.push([
    'a lint without a project graph fails',
    without.code !== 0 && /boundary rule was skipped/.test(without.stderr),
    without.stderr,
  ]);
  return out;
}

const place = mkdtempSync(join(tmpdir(), 'dmitry-canaries-'));
try {
  workspace(place);
  const all = results(place);
  const failed = all.filter(([, ok]) => !ok);
  for (const [claim, ok, detail] of all)
    process.stdout.write(`${ok ? 'ok  ' : 'FAIL'} ${claim}${ok ? '' : `\n       ${detail}`}\n`);
  process.stdout.write(`${all.length - failed.length} passed, ${failed.length} failed, 0 skipped\n`);
  process.exitCode = failed.length > 0 ? 1 : 0;
} finally {
  rmSync(place, { recursive: true, force: true });
}
