// What other teams install: each library's packed files, in an empty folder, with nothing but its own dependencies.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { projects, root } from '../workspace.mjs';

export const title = "a packed library's plain door imports in an empty folder, without its optional peers";

/** Everything that installing `name` brings: own packages and third-party ones. @param {string} name @param {Map<string, any>} byName */
export function closure(name, byName, seen = new Set()) {
  if (seen.has(name)) return seen;
  seen.add(name);
  const { manifest } = byName.get(name) ?? {};
  for (const dep of Object.keys(manifest?.dependencies ?? {})) closure(dep, byName, seen);
  return seen;
}

function install(place, name, byName) {
  const target = join(place, 'node_modules', name);
  mkdirSync(dirname(target), { recursive: true });
  const own = byName.get(name);
  if (!own) return symlinkSync(join(root, 'node_modules', name), target, 'junction');
  mkdirSync(target);
  cpSync(join(root, own.path, 'package.json'), join(target, 'package.json'));
  const dist = join(root, own.path, 'dist');
  if (existsSync(dist)) cpSync(dist, join(target, 'dist'), { recursive: true });
  return undefined;
}

/** @param {{path: string, manifest: any}} library @param {Map<string, any>} byName */
function importFault({ path, manifest }, byName) {
  const place = mkdtempSync(join(tmpdir(), 'dmitry-packed-'));
  try {
    for (const name of closure(manifest.name, byName)) install(place, name, byName);
    writeFileSync(join(place, 'main.mjs'), `await import('${manifest.name}');\n`);
    const run = spawnSync(process.execPath, ['main.mjs'], { cwd: place, encoding: 'utf8' });
    if (run.status === 0) return [];
    const reason = run.stderr.split('\n').find((line) => /Error/.test(line)) ?? `exit ${run.status}`;
    return [`${path}: ${reason.replaceAll(place, '').trim()}`];
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

export function check() {
  const libraries = projects().filter(({ area }) => area === 'libs');
  const byName = new Map(libraries.map((library) => [library.manifest.name, library]));
  return libraries.flatMap((library) => importFault(library, byName));
}
