// `run -- CMD`: services for as long as a command lasts. Its exit code is ours; SIGTERM and SIGINT reach it.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { standing, startMissing, stopAll, variablesOf } from './fleet.mjs';
import { identify } from './processes.mjs';
import { readState, stateFile, writeState } from './state.mjs';

const SIGNALS = /** @type {const} */ (['SIGTERM', 'SIGINT', 'SIGHUP']);

/** @param {number | null} code @param {NodeJS.Signals | null} signal @returns {number} as a shell counts: 128 and the signal's number */
export const exitCodeOf = (code, signal) => code ?? 128 + (signal ? constants.signals[signal] : 0);

/** @param {string[]} command @param {NodeJS.ProcessEnv} env @returns {Promise<number>} */
function runCommand([file, ...args], env) {
  return new Promise((resolve) => {
    const child = spawn(file, args, { env, stdio: 'inherit' });
    const forward = (signal) => child.kill(signal);
    for (const signal of SIGNALS) process.on(signal, forward);
    const end = (code) => {
      for (const signal of SIGNALS) process.off(signal, forward);
      resolve(code);
    };
    child.on('error', (error) => {
      process.stderr.write(
        `services: ${file}: ${/** @type {NodeJS.ErrnoException} */ (error).code ?? error.message}\n`,
      );
      end(127);
    });
    child.on('exit', (code, signal) => end(exitCodeOf(code, signal)));
  });
}

/**
 * @param {{root: string, only: readonly string[], profile: 'fast' | 'durable', command: string[], env: NodeJS.ProcessEnv, required: boolean}} options
 * @returns {Promise<number>} exit code
 */
export async function runWith({ root, only, profile, command, env, required }) {
  let cancelled = /** @type {NodeJS.Signals | null} */ (null);
  const cancel = (signal) => (cancelled = signal); // while starting: what is begun is finished, then stopped
  for (const signal of SIGNALS) process.on(signal, cancel);
  const own = [];
  const file = stateFile(root, process.pid);
  const list = standing(readState(stateFile(root)).services, env, { only, profile });
  const shared = list.flatMap(({ is, started }) => (is === 'running' && started ? [started] : []));
  // a dead one belongs to `up`, which cleans up after it
  const mine = list.map((each) =>
    each.is === 'dead' ? { service: each.service, is: /** @type {const} */ ('absent') } : each,
  );
  try {
    const missing = await startMissing(mine, { root, profile, env }, (started) => {
      own.push(started);
      writeState(file, { owner: identify(process.pid), services: own });
    });
    if (cancelled) return exitCodeOf(null, cancelled);
    if (required && missing.length > 0) return 1;
    for (const signal of SIGNALS) process.off(signal, cancel);
    return await runCommand(command, { ...env, ...variablesOf([...shared, ...own]) });
  } finally {
    for (const signal of SIGNALS) process.on(signal, cancel); // nothing interrupts the stopping
    await stopAll(own);
    writeState(file, { owner: null, services: [] });
    for (const signal of SIGNALS) process.off(signal, cancel);
  }
}
