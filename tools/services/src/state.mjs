// What was started, kept in .services/ of the workspace: state.json for `up`, run-PID.json while a `run` lasts.
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @typedef {import('./processes.mjs').Identity} Identity
 * @typedef {{
 *   name: string, process: Identity, folder: string, version: string, way: string, profile: string,
 *   signal: NodeJS.Signals, variables: Record<string, string>, keep?: {from: string, to: string}
 * }} Started
 * @typedef {{owner: Identity | null, services: Started[]}} State
 */

/** @param {string} root @param {number} [pid] of a `run`; the shared state without */
export const stateFile = (root, pid) => join(root, '.services', pid === undefined ? 'state.json' : `run-${pid}.json`);

/** @param {string} file @returns {State} nothing when there is no file, or none that can be read */
export function readState(file) {
  try {
    const { owner = null, services } = JSON.parse(readFileSync(file, 'utf8'));
    const sound = (each) => typeof each?.name === 'string' && Number.isInteger(each?.process?.pid);
    return { owner, services: Array.isArray(services) ? services.filter(sound) : [] };
  } catch {
    return { owner: null, services: [] };
  }
}

/** Written beside and renamed, readable by its owner alone: it holds passwords. @param {string} file @param {State} state */
export function writeState(file, state) {
  if (state.services.length === 0) {
    rmSync(file, { force: true });
    return;
  }
  mkdirSync(join(file, '..'), { recursive: true, mode: 0o700 });
  writeFileSync(`${file}.${process.pid}`, JSON.stringify(state, null, 2), { mode: 0o600 });
  renameSync(`${file}.${process.pid}`, file);
}

/** @param {string} root @returns {string[]} state files of every `run`, those that died without a word included */
export function runFiles(root) {
  try {
    return readdirSync(join(root, '.services'))
      .filter((name) => /^run-\d+\.json$/.test(name))
      .map((name) => join(root, '.services', name));
  } catch {
    return [];
  }
}
