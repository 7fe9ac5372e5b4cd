// `git clone`, then any npm script: each one begins with the bootstrap, and the compiler behind `tsc` is the pinned one.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { readJson, root } from '../workspace.mjs';

export const title = 'every npm script works on a bare clone, and `tsc` is TypeScript 7';

/** npm's own life-cycle names: they run as part of an install, which is what the bootstrap does. */
const LIFECYCLE = new Set(['prepare']);

/** @param {Record<string, string>} scripts */
export function scriptFaults(scripts) {
  const isPre = (name) => name.startsWith('pre') && name.slice(3) in scripts;
  return Object.keys(scripts)
    .filter(
      (name) => !LIFECYCLE.has(name) && !isPre(name) && !scripts[`pre${name}`]?.startsWith('node tools/bootstrap.mjs'),
    )
    .map((name) => `package.json: the script ${name} needs a pre${name} that starts with node tools/bootstrap.mjs`);
}

export function check() {
  const tsc = spawnSync(process.execPath, [join(root, 'node_modules', '.bin', 'tsc'), '-v'], { encoding: 'utf8' });
  const version = tsc.stdout.trim();
  return [
    ...scriptFaults(readJson('package.json').scripts),
    ...(version.startsWith('Version 7.')
      ? []
      : [`node_modules/.bin/tsc is '${version}', but Nx builds with it and needs TypeScript 7`]),
  ];
}
