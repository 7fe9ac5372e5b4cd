// `npm ci` accepts the lockfile on every platform, and nothing in it names a host.
import { isDeepStrictEqual } from 'node:util';
import { projects, readJson } from '../workspace.mjs';
import { workspaceEntries } from '../lock-entries.mjs';

export const title =
  'the lockfile is complete for every platform, without addresses, in step, and permissively licensed';

const LICENSES =
  /^(\(?((MIT|ISC|Apache-2\.0|BSD-[23]-Clause|0BSD|BlueOak-1\.0\.0|CC0-1\.0|CC-BY-4\.0|Unlicense|Python-2\.0|PostgreSQL|WTFPL|BSD)( (OR|AND) )?)+\)?)$/;
const nameOf = (path) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);

/** A platform binary that was absent when the lock was written makes `npm ci` fail elsewhere (EUSAGE). @param {Record<string, any>} packages */
export function completenessFaults(packages) {
  const names = new Set(
    Object.keys(packages)
      .filter((path) => path.includes('node_modules/'))
      .map(nameOf),
  );
  return Object.entries(packages).flatMap(([path, entry]) =>
    Object.keys(entry.optionalDependencies ?? {})
      .filter((dep) => !names.has(dep))
      .map((dep) => `${path || 'root'}: its optional ${dep} is not in the lockfile`),
  );
}

/** @param {Record<string, any>} packages */
export function addressFaults(packages) {
  return Object.entries(packages)
    .filter(([, entry]) => entry.resolved && !entry.link)
    .map(([path]) => `${path}: has a resolved address; write the lockfile with this project's .npmrc`);
}

/** @param {Record<string, any>} packages */
export function licenseFaults(packages) {
  return Object.entries(packages)
    .filter(([path, { link }]) => path.startsWith('node_modules/') && !link)
    .filter(([, { license }]) => !LICENSES.test(license ?? ''))
    .map(([path, { license }]) => `${path}: licence ${license ?? 'not declared'}`);
}

export function check() {
  const { packages } = readJson('package-lock.json');
  const wanted = workspaceEntries(readJson('package.json'), projects());
  const stale = Object.entries(wanted).filter(([path, entry]) => !isDeepStrictEqual(packages[path], entry));
  const gone = Object.keys(packages).filter(
    (path) => !wanted[path] && (/^(libs|apps|tools)\//.test(path) || packages[path].link),
  );
  return [
    ...completenessFaults(packages),
    ...addressFaults(packages),
    ...licenseFaults(packages),
    ...stale.map(
      ([path]) => `package-lock.json: the entry '${path}' is not what its package.json says (npm run generate)`,
    ),
    ...gone.map((path) => `package-lock.json: '${path}' is gone from the workspace (npm run generate)`),
  ];
}
