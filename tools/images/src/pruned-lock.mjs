// The part of the lockfile that a few packages need, so that `npm ci` installs these, at these versions, and nothing else.

/**
 * @typedef {{version?: string, dependencies?: Record<string, string>, optionalDependencies?: Record<string, string>,
 *   peerDependencies?: Record<string, string>, peerDependenciesMeta?: Record<string, {optional?: boolean}>}} Entry
 * @typedef {Record<string, Entry>} Entries entries of a lockfile by path
 */

/** Where Node finds a package from here. @param {Entries} entries @param {string} from @param {string} name */
function found(entries, from, name) {
  for (let base = from; ; base = base.slice(0, Math.max(0, base.lastIndexOf('node_modules/') - 1))) {
    const path = base === '' ? `node_modules/${name}` : `${base}/node_modules/${name}`;
    if (path in entries) return path;
    if (base === '') return undefined;
  }
}

/** What an entry needs. @param {Entry} entry @returns {[name: string, optional: boolean][]} */
function needsOf({ dependencies, optionalDependencies, peerDependencies, peerDependenciesMeta }) {
  return [
    ...Object.keys(dependencies ?? {}).map((name) => /** @type {[string, boolean]} */ ([name, false])),
    ...Object.keys(optionalDependencies ?? {}).map((name) => /** @type {[string, boolean]} */ ([name, true])),
    // an optional peer is there when somebody asks for it by name
    ...Object.keys(peerDependencies ?? {})
      .filter((name) => !peerDependenciesMeta?.[name]?.optional)
      .map((name) => /** @type {[string, boolean]} */ ([name, false])),
  ];
}

/**
 * @param {{packages: Entries}} lock @param {readonly string[]} names packages that the lockfile has at its top
 * @returns {Entries} these and all that they need
 */
function closure({ packages }, names) {
  /** @type {Entries} */
  const kept = {};
  const queue = names.map((name) => ({ from: '', name, optional: false }));
  for (let next = queue.pop(); next; next = queue.pop()) {
    const path = found(packages, next.from, next.name);
    if (path === undefined && !next.optional) throw new Error(`${next.name} is not in the lockfile`);
    if (path === undefined || path in kept) continue;
    kept[path] = packages[path];
    queue.push(...needsOf(packages[path]).map(([name, optional]) => ({ from: path, name, optional })));
  }
  return Object.fromEntries(Object.entries(kept).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * @param {{lockfileVersion: number, packages: Entries}} lock of the workspace
 * @param {readonly string[]} names
 * @returns {{manifest: object, lock: object}} what `npm ci` needs to install these
 */
export function prunedInstall(lock, names) {
  const entries = closure(lock, names);
  const dependencies = Object.fromEntries(names.map((name) => [name, entries[`node_modules/${name}`].version]));
  const root = { name: 'image', version: '0.0.0', dependencies };
  return {
    manifest: { ...root, private: true },
    lock: {
      name: root.name,
      version: root.version,
      lockfileVersion: lock.lockfileVersion,
      packages: { '': root, ...entries },
    },
  };
}
