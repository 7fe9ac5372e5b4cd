// What the checks know about the workspace: where it is, which projects it has, which files git knows.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');

/** @param {string} path below the root */
export const readText = (path) => readFileSync(join(root, path), 'utf8');
/** @param {string} path below the root */
export const readJson = (path) => JSON.parse(readText(path));

/** Every project folder with its package.json, sorted by path. */
export function projects() {
  return ['apps', 'libs', 'tools']
    .filter((area) => existsSync(join(root, area)))
    .flatMap((area) =>
      readdirSync(join(root, area), { withFileTypes: true })
        .filter((entry) => entry.isDirectory() && existsSync(join(root, area, entry.name, 'package.json')))
        .map((entry) => ({
          area,
          name: entry.name,
          path: `${area}/${entry.name}`,
          manifest: readJson(`${area}/${entry.name}/package.json`),
        }))
        .sort((a, b) => (a.path < b.path ? -1 : 1)),
    );
}

/** Files that git tracks or would track (not ignored), so that a check sees new work too; deleted ones are left out. */
export function files() {
  const out = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  return [...new Set(out.split('\0'))].filter((file) => file && existsSync(join(root, file))).sort();
}
