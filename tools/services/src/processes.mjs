// Processes by number and start time, so that a number that was given to somebody else is never killed.
import { execFileSync, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const GRACE_MS = 10_000;

/** @param {string} stat text of /proc/PID/stat @returns {string | null} ticks since boot at its start; null for a zombie */
export function startOf(stat) {
  // the second field is a name in parentheses that may itself hold spaces and parentheses
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' || fields[0] === 'X' ? null : (fields[19] ?? null);
}

/** @param {number} pid @returns {string | null} when the process began, as text that only compares; null when it is gone */
export function startedAt(pid) {
  try {
    if (process.platform === 'linux') return startOf(readFileSync(`/proc/${pid}/stat`, 'utf8'));
    const [state, ...start] = execFileSync('ps', ['-o', 'state=,lstart=', '-p', String(pid)], { encoding: 'utf8' })
      .trim()
      .split(/\s+/);
    return !state || state.startsWith('Z') ? null : start.join(' ');
  } catch {
    return null;
  }
}

/** @typedef {{pid: number, started: string}} Identity */

/** @param {number} pid @returns {Identity} */
export const identify = (pid) => ({ pid, started: startedAt(pid) ?? 'gone' });

/** @param {Identity} identity */
export const isAlive = ({ pid, started }) => startedAt(pid) === started;

/**
 * Starts a process that outlives this one. It writes to a file and never to a pipe, which would end with us.
 * @param {string[]} command @param {{log: string, cwd: string, env?: NodeJS.ProcessEnv, uid?: number, gid?: number}} options
 * @returns {Identity}
 */
export function launch([file, ...args], { log, ...options }) {
  const out = openSync(log, 'a', 0o600);
  try {
    const child = spawn(file, args, { ...options, detached: true, stdio: ['ignore', out, out] });
    child.on('error', () => {}); // no pid: said below
    child.unref();
    if (child.pid === undefined) throw new Error(`${file} cannot be started`);
    return identify(child.pid);
  } finally {
    closeSync(out);
  }
}

/** @param {() => boolean | Promise<boolean>} condition @param {number} limitMs */
export async function waitFor(condition, limitMs) {
  const end = performance.now() + limitMs;
  while (performance.now() < end) {
    if (await condition()) return true;
    await sleep(15);
  }
  return false;
}

/** @param {Identity} identity @param {NodeJS.Signals} signal how it is asked; after ten seconds it is not asked any more */
export async function stop(identity, signal) {
  if (!isAlive(identity)) return;
  process.kill(identity.pid, signal);
  if (await waitFor(() => !isAlive(identity), GRACE_MS)) return;
  process.kill(identity.pid, 'SIGKILL');
  await waitFor(() => !isAlive(identity), GRACE_MS);
}

/** @param {string} file the last lines of a log, for a message */
export function tail(file) {
  try {
    return readFileSync(file, 'utf8').trim().split('\n').slice(-3).join(' | ');
  } catch {
    return '';
  }
}
