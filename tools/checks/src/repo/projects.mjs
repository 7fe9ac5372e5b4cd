// A project without tags escapes the boundary rule, so every project has exactly its two.
import { projects, readJson } from '../workspace.mjs';

export const title = 'every project has one type and one scope, as the table of arrows says';

const AREA_TYPES = { apps: ['app', 'host', 'e2e'], tools: ['tool'] };

/** @param {{area: string, name: string, path: string}} project @param {string} type @param {string} scope @param {any} arrows */
function libraryFaults({ name, path }, type, scope, arrows) {
  const row = arrows.libraries[name];
  if (!row) return [`${path}: has no row in tools/workspace-plugin/arrows.json`];
  const faults = [];
  if (type !== row.type) faults.push(`${path}: type is ${type}, the table says ${row.type}`);
  if (scope !== name) faults.push(`${path}: scope must be ${name}`);
  return faults;
}

function otherFaults({ area, name, path }, type) {
  const faults = [];
  if (!AREA_TYPES[area].includes(type)) faults.push(`${path}: type must be one of ${AREA_TYPES[area].join(', ')}`);
  if (type === 'host' && name !== 'dmitry') faults.push(`${path}: only apps/dmitry is the host`);
  if ((type === 'e2e') !== name.endsWith('-e2e'))
    faults.push(`${path}: the type e2e and a name ending in -e2e go together`);
  return faults;
}

/** @param {{area: string, name: string, path: string, manifest: any}} project @param {any} arrows @returns {string[]} */
export function tagFaults(project, arrows) {
  const tags = project.manifest.nx?.tags ?? [];
  const of = (axis) => tags.filter((tag) => tag.startsWith(`${axis}:`)).map((tag) => tag.slice(axis.length + 1));
  const [types, scopes] = [of('type'), of('scope')];
  if (types.length !== 1 || scopes.length !== 1) {
    return [`${project.path}: needs exactly one type: and one scope: tag in package.json nx.tags`];
  }
  return project.area === 'libs' ? libraryFaults(project, types[0], scopes[0], arrows) : otherFaults(project, types[0]);
}

export function check() {
  const arrows = readJson('tools/workspace-plugin/arrows.json');
  const names = projects();
  const missing = Object.keys(arrows.libraries).filter(
    (name) => !names.some((project) => project.path === `libs/${name}`),
  );
  return [
    ...names.flatMap((project) => tagFaults(project, arrows)),
    ...missing.map((name) => `libs/${name} is in the table of arrows and does not exist`),
  ];
}
