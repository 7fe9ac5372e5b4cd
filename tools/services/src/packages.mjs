// Packages that are fetched once, outside the workspace, so that every checkout of a machine shares them.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/** @param {NodeJS.ProcessEnv} env */
export const cacheFolder = (env) =>
  join(env.XDG_CACHE_HOME || join(env.HOME || homedir(), '.cache'), 'dmitry-services');

/**
 * The folder of a pinned package, filled beside and renamed: two first runs at once do not see each other's half.
 * @param {string} cache @param {string} name with its version @param {(folder: string) => void} fill
 */
export function cached(cache, name, fill) {
  const folder = join(cache, name);
  if (existsSync(folder)) return folder;
  mkdirSync(cache, { recursive: true });
  const partial = mkdtempSync(join(cache, `.${name}-`));
  try {
    fill(partial);
    if (!existsSync(folder)) renameSync(partial, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error; // somebody else was first
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
  return folder;
}

/**
 * Runs a helper program to its end; what it says is kept for the message. Never writes to our stdout.
 * @param {string[]} command @param {import('node:child_process').SpawnSyncOptions} [options]
 * @returns {string} what it wrote
 */
export function must([file, ...args], options = {}) {
  const run = spawnSync(file, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], ...options });
  if (run.error)
    throw new Error(`${file}: ${/** @type {NodeJS.ErrnoException} */ (run.error).code ?? run.error.message}`);
  const said = `${run.stdout ?? ''}${run.stderr ?? ''}`;
  if (run.status !== 0) throw new Error(`${file} ended with ${run.status ?? run.signal}: ${lastLine(said)}`);
  return said;
}

/** @param {string} text */
const lastLine = (text) => text.trim().split('\n').at(-1) ?? '';

/** @param {string} name @param {string} [path] @returns {string | null} the program's file */
export function onPath(name, path = process.env.PATH) {
  const folder = (path ?? '').split(delimiter).find((each) => each !== '' && existsSync(join(each, name)));
  return folder ? join(folder, name) : null;
}

/** Debian packages, where nobody minds: as root in CI. @param {string[]} names @param {NodeJS.ProcessEnv} env */
export function apt(names, env) {
  if (process.getuid?.() !== 0 || !env.CI) throw new Error('apt is used only by root in CI');
  const quiet = { env: { ...env, DEBIAN_FRONTEND: 'noninteractive' } };
  must(['apt-get', 'update', '-qq'], quiet);
  must(['apt-get', 'install', '-y', '-qq', '--no-install-recommends', ...names], quiet);
}
