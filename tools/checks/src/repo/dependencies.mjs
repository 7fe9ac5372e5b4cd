// A package names exactly what it imports: no more, no less, one version for the whole workspace.
import { packagesOf, roleOf } from '../imports.mjs';
import { files, projects, readJson } from '../workspace.mjs';

export const title = 'every package.json lists exactly the packages that its code imports, at the version of the root';

/** Peers that come with Nest and are not imported by name. */
export const IMPLIED = new Set([
  'reflect-metadata',
  'rxjs',
  'class-validator',
  'class-transformer',
  '@nestjs/platform-fastify',
]);

/**
 * @typedef {{core: Set<string>, shipped: Set<string>, specs: Set<string>}} Uses packages by where they are used
 * @param {string[]} sources tracked .ts and .mjs files of one project
 * @returns {Uses}
 */
export function usesOf(sources) {
  const uses = { core: new Set(), shipped: new Set(), specs: new Set() };
  for (const path of sources) {
    for (const name of packagesOf(path)) {
      if (roleOf(path) === 'spec') uses.specs.add(name);
      else uses.shipped.add(name);
      if (roleOf(path) === 'product' && path.includes('/src/core/')) uses.core.add(name);
    }
  }
  return uses;
}

const own = (dep) => dep.startsWith('@dmitry/');

/** Imports that no list names. @param {any} manifest @param {Uses} uses @param {Record<string, string>} rootVersions */
function unlisted({ name, dependencies, peerDependencies, devDependencies, peerDependenciesMeta }, uses, rootVersions) {
  const shipped = { ...peerDependencies, ...dependencies };
  const known = { ...devDependencies, ...shipped, [name]: '' };
  const optional = (dep) => peerDependenciesMeta?.[dep]?.optional;
  return [
    ...[...uses.shipped]
      .filter((dep) => dep !== name && !shipped[dep])
      .map((dep) => `imports ${dep}, which is not in its dependencies or peerDependencies`),
    ...[...uses.core].filter(optional).map((dep) => `core imports ${dep}, which is only an optional peer`),
    // what only specs use may come from the root, unless it is a package of this workspace: those need an edge
    ...[...uses.specs]
      .filter((dep) => !(dep in known) && (own(dep) || !rootVersions[dep]))
      .map((dep) => `its specs import ${dep}, which is in no dependencies`),
  ];
}

/** @param {{path: string, manifest: any}} project @param {Uses} uses @param {any} root the root package.json @returns {string[]} */
export function dependencyFaults({ path, manifest }, uses, root) {
  const rootVersions = { ...root.devDependencies, ...root.dependencies, ...root.optionalDependencies };
  const shipped = { ...manifest.peerDependencies, ...manifest.dependencies };
  const expected = (dep) => (own(dep) ? root.version : rootVersions[dep]);
  const unused = Object.keys(shipped).filter((dep) => !uses.shipped.has(dep) && !IMPLIED.has(dep));
  const foreign = Object.entries({ ...manifest.devDependencies, ...shipped }).filter(
    ([dep, version]) => version !== expected(dep),
  );
  return [
    ...unlisted(manifest, uses, rootVersions),
    ...unused.map((dep) => `lists ${dep}, which nothing it ships imports`),
    ...foreign.map(([dep, version]) => `${dep} is ${version}, the root says ${expected(dep) ?? 'nothing'}`),
  ].map((fault) => `${path}: ${fault}`);
}

/** @param {any} root */
function loose(root) {
  const all = { ...root.devDependencies, ...root.dependencies, ...root.optionalDependencies };
  return Object.entries(all)
    .filter(([, version]) => !/^(npm:[^@]+@)?\d/.test(version))
    .map(([dep, version]) => `package.json: ${dep} is ${version}; pin one version`);
}

export function check() {
  const root = readJson('package.json');
  const sources = files().filter((file) => /\.(ts|mjs)$/.test(file) && !file.endsWith('.d.ts'));
  const faults = projects().flatMap((project) => {
    const code = sources.filter((file) => file.startsWith(`${project.path}/`) && !file.includes('/fixtures/'));
    const uses = usesOf(code);
    // tools and end-to-end suites are never installed on their own: the root's versions serve them
    if (project.area === 'tools' || project.name.endsWith('-e2e')) {
      const listed = { ...project.manifest.dependencies, ...project.manifest.peerDependencies };
      const served = (dep) => !own(dep) && !listed[dep] && dep in { ...root.devDependencies, ...root.dependencies };
      uses.shipped = new Set([...uses.shipped].filter((dep) => !served(dep)));
    }
    return dependencyFaults(project, uses, root);
  });
  return [...loose(root), ...faults];
}
