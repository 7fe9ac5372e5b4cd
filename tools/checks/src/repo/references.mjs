// The compiler's project references say the same as the packages' dependencies, and the root knows every project.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { projects, readJson, root } from '../workspace.mjs';

export const title = 'tsconfig references are in step with package dependencies';

const lib = (path) => (existsSync(join(root, path, 'tsconfig.lib.json')) ? 'tsconfig.lib.json' : 'tsconfig.app.json');

/** @param {{path: string, manifest: any}} project @param {string[]} references as written @param {Map<string, string>} byName package → path */
export function referenceFaults({ path, manifest }, references, byName) {
  const deps = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies }).filter((dep) => byName.has(dep));
  const wanted = deps.map((dep) => byName.get(dep));
  const missing = wanted.filter((target) => !references.includes(target));
  const extra = references.filter((target) => !wanted.includes(target));
  return [
    ...missing.map((target) => `${path}: depends on ${target} without a reference in its ${lib(path)}`),
    ...extra.map((target) => `${path}: its ${lib(path)} refers to ${target}, which is not in its dependencies`),
  ];
}

export function check() {
  const all = projects().filter(({ path }) => existsSync(join(root, path, 'tsconfig.json')));
  const byName = new Map(all.map(({ path, manifest }) => [manifest.name, path]));
  // end-to-end projects ship nothing: only their specs have references
  const shipping = all.filter(({ path }) => existsSync(join(root, path, lib(path))));
  const faults = shipping.flatMap((project) => {
    const { references = [] } = readJson(`${project.path}/${lib(project.path)}`);
    const targets = references.map((reference) =>
      join(project.path, reference.path).replace(/\/tsconfig\.[a-z.]+$/, ''),
    );
    return referenceFaults(project, targets, byName);
  });
  const listed = readJson('tsconfig.json').references.map(({ path }) => path.replace('./', ''));
  const unlisted = all.filter(({ path }) => !listed.includes(path));
  return [
    ...faults,
    ...unlisted.map(({ path }) => `tsconfig.json: ${path} is missing in the references (npm run generate)`),
  ];
}
