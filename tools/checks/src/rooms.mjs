// The arrows between rooms of one library (DESIGN.md 3, rule 1 and 2) as a pure function, so that a spec can walk it.
import { posix } from 'node:path';

/** The rooms that any library may have and that are not adapters. */
const INNER = new Set(['core', 'nest', 'testing']);
const SPEC = /(\.spec|-spec)\.ts$/;

/**
 * @typedef {{library: string, room: string, spec: boolean, path: string}} Place
 * @param {string} filename absolute or relative path of a source file
 * @returns {Place | undefined} undefined where the room rules do not apply
 */
export function whereIs(filename) {
  const match = /(?:^|\/)libs\/([a-z0-9-]+)\/(src\/([a-z0-9-]+)\/.+|test\/.+)$/.exec(filename.replaceAll('\\', '/'));
  if (!match) return undefined;
  const [, library, path, room] = match;
  return { library, path, room: room ?? 'test', spec: room === undefined || SPEC.test(filename) };
}

/**
 * @param {Place} place where the import stands
 * @param {string} specifier what it names
 * @returns {string | undefined} what is wrong with it
 */
export function roomFault(place, specifier) {
  if (specifier.startsWith('@dmitry/')) return packageFault(place, specifier);
  if (!specifier.startsWith('.') || place.spec) return undefined;
  const target = posix.join(posix.dirname(place.path), specifier);
  const match = /^src\/([a-z0-9-]+)\/(.+)$/.exec(target);
  if (!match) return `'${specifier}' leaves the library's rooms: other libraries are imported by package name.`;
  const [, room, rest] = match;
  if (room === place.room) return undefined;
  if (!mayReach(place.room, room)) {
    return `Arrows point inward (nest -> adapter -> core): ${place.room} may not import from ${room}.`;
  }
  return rest === 'index.ts'
    ? undefined
    : `Rooms meet at their doors: import '${room}/index.ts', not '${room}/${rest}'.`;
}

function packageFault(place, specifier) {
  const [, name, door] = specifier.split('/');
  if (place.spec || place.room === 'testing') return undefined;
  if (door === 'testing') return 'Only specs and testing rooms import a testing door.';
  if (name === place.library) return 'A library does not import itself by name: use a relative path.';
  if (place.room === 'core' && door) return `Core imports the plain door '@dmitry/${name}' only, never '${door}'.`;
  if (door === 'nest' && place.room !== 'nest') return 'Only nest rooms import a nest door.';
  return undefined;
}

/** @param {string} from @param {string} to */
function mayReach(from, to) {
  if (from === 'core' || to === 'testing') return false;
  if (from === 'testing') return to !== 'nest';
  if (from === 'nest') return true;
  return to === 'core' || (!INNER.has(to) && to === 'memory');
}
