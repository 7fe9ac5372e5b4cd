// npm run sync:deps -- libs/NAME…: writes a library's dependencies, peers and tsconfig references from what it imports.
// What core needs is a dependency; what only an adapter, nest or testing room needs is an optional peer. An app, which nobody
// installs as a library, has dependencies only.
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { IMPLIED, usesOf } from './repo/dependencies.mjs';
import { files, projects, readJson, root } from './workspace.mjs';

const own = (dep) => dep.startsWith('@dmitry/');
const versions = (names, versionOf) =>
  Object.fromEntries([...names].sort((a, b) => a.localeCompare(b, 'en')).map((name) => [name, versionOf(name)]));

/**
 * @param {any} manifest @param {import('./repo/dependencies.mjs').Uses} uses @param {(name: string) => string} versionOf
 * @returns {any} the manifest with its lists of packages renewed; the order of other members stays
 */
export function withDependencies(manifest, uses, versionOf) {
  const {
    name,
    dependencies: _d,
    devDependencies: _v,
    peerDependencies = {},
    peerDependenciesMeta: _m,
    nx,
    ...rest
  } = manifest;
  const shipped = [...uses.shipped].filter((dep) => dep !== name);
  const isApp = rest.private === true;
  const required = shipped.filter((dep) => isApp || own(dep) || uses.core.has(dep));
  const implied = Object.keys(peerDependencies).filter((dep) => IMPLIED.has(dep));
  const peers = new Set([
    ...shipped.filter((dep) => !required.includes(dep)),
    ...implied.filter((dep) => !required.includes(dep)),
  ]);
  const specs = [...uses.specs].filter((dep) => own(dep) && dep !== name && !required.includes(dep));
  return {
    name,
    ...rest,
    dependencies: versions(required, versionOf),
    ...(specs.length > 0 ? { devDependencies: versions(specs, versionOf) } : {}),
    ...(peers.size > 0
      ? {
          peerDependencies: versions(peers, versionOf),
          peerDependenciesMeta: versions(peers, () => ({ optional: true })),
        }
      : {}),
    nx,
  };
}

/** @param {string} path */
const configOf = (path) =>
  existsSync(join(root, path, 'tsconfig.app.json')) ? 'tsconfig.app.json' : 'tsconfig.lib.json';

async function writeJson(path, value) {
  const file = join(root, path);
  writeFileSync(file, await format(JSON.stringify(value, null, 2), { ...(await resolveConfig(file)), filepath: file }));
  process.stdout.write(`wrote ${path}\n`);
}

async function sync({ path, manifest }, rootManifest, byName) {
  const versionOf = (dep) =>
    own(dep) ? rootManifest.version : { ...rootManifest.devDependencies, ...rootManifest.dependencies }[dep];
  const sources = files().filter((file) => file.startsWith(`${path}/`) && file.endsWith('.ts'));
  const next = withDependencies(manifest, usesOf(sources), versionOf);
  await writeJson(`${path}/package.json`, next);
  const reference = (dep) => ({ path: `../../${byName.get(dep)}/${configOf(byName.get(dep))}` });
  const known = (deps) =>
    Object.keys(deps ?? {})
      .filter((dep) => byName.has(dep))
      .map(reference);
  const config = configOf(path);
  const code = readJson(`${path}/${config}`);
  await writeJson(`${path}/${config}`, { ...code, references: known(next.dependencies) });
  const spec = readJson(`${path}/tsconfig.spec.json`);
  const references = [{ path: `./${config}` }, ...known(next.dependencies), ...known(next.devDependencies)];
  await writeJson(`${path}/tsconfig.spec.json`, { ...spec, references });
}

if (process.argv[1] === import.meta.filename) {
  const wanted = process.argv.slice(2).map((path) => path.replace(/\/$/, ''));
  const all = projects().filter(({ path }) => existsSync(join(root, path, configOf(path))));
  const byName = new Map(all.map(({ path, manifest }) => [manifest.name, path]));
  const chosen = all.filter(({ path }) => wanted.includes(path));
  if (chosen.length === 0 || chosen.length < wanted.length) {
    process.stderr.write(`usage: npm run sync:deps -- PATH…; known: ${all.map(({ path }) => path).join(' ')}\n`);
    process.exitCode = 2;
  } else {
    for (const project of chosen) await sync(project, readJson('package.json'), byName);
    process.stderr.write('Next: npm run generate -- lockfile\n');
  }
}
