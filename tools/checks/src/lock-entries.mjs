// The lockfile's entries of the workspace's own packages, as npm writes them, without asking npm.

/** In npm's order: scalars, lists, then objects with `dependencies` first. */
const KEYS = [
  'name',
  'version',
  'license',
  'bin',
  'workspaces',
  'dependencies',
  'devDependencies',
  'engines',
  'optionalDependencies',
  'peerDependencies',
  'peerDependenciesMeta',
];

const sorted = (value) =>
  value && typeof value === 'object' && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => a.localeCompare(b, 'en')))
    : value;

/** @param {any} manifest */
function entryOf(manifest) {
  const kept = KEYS.map((key) => [key, sorted(manifest[key])]).filter(
    ([, value]) => value && (typeof value !== 'object' || Object.keys(value).length > 0),
  );
  return Object.fromEntries(kept);
}

/**
 * @param {any} root the root package.json @param {{path: string, manifest: any}[]} projects
 * @returns {Record<string, any>} what `packages` of the lockfile must say about them
 */
export function workspaceEntries(root, projects) {
  const entries = { '': entryOf(root) };
  for (const { path, manifest } of projects) {
    entries[path] = entryOf(manifest);
    entries[`node_modules/${manifest.name}`] = { resolved: path, link: true };
  }
  return entries;
}

/** @param {any} lock @param {Record<string, any>} entries @returns {any} the lockfile with exactly these own packages */
export function withEntries(lock, entries) {
  const third = Object.entries(lock.packages).filter(([path, entry]) => path.includes('node_modules/') && !entry.link);
  const all = Object.entries({ ...Object.fromEntries(third), ...entries }).sort(([a], [b]) => a.localeCompare(b, 'en'));
  return { ...lock, packages: Object.fromEntries(all) };
}
