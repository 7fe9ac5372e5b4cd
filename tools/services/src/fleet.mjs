// All services together: what is given, what runs already, what is started, and how all of it is stopped.
import { renameSync, rmSync } from 'node:fs';
import { kafka } from './kafka.mjs';
import { cacheFolder } from './packages.mjs';
import { postgres } from './postgres.mjs';
import { isAlive, stop } from './processes.mjs';
import { redis } from './redis.mjs';
import { readState, runFiles, writeState } from './state.mjs';
import { startFirst } from './ways.mjs';

export const SERVICES = [postgres, redis, kafka];
const say = (text) => process.stderr.write(`${text}\n`);

/**
 * @typedef {import('./state.mjs').Started} Started
 * @typedef {{service: import('./ways.mjs').Service, is: 'given' | 'running' | 'dead' | 'absent', started?: Started}} Standing
 */

/**
 * Which services are there before anything is started.
 * @param {readonly Started[]} known @param {NodeJS.ProcessEnv} env
 * @param {{only: readonly string[], profile?: string, alive?: (started: Started) => boolean}} wanted
 * @returns {Standing[]}
 */
export function standing(known, env, { only, profile, alive = (started) => isAlive(started.process) }) {
  return SERVICES.filter(({ name }) => only.includes(name)).map((service) => {
    if (env[service.variable]) return { service, is: 'given' };
    const started = known.find((each) => each.name === service.name);
    if (!started) return { service, is: 'absent' };
    if (!alive(started)) return { service, is: 'dead', started };
    return profile && started.profile !== profile ? { service, is: 'absent' } : { service, is: 'running', started };
  });
}

/** @param {readonly Started[]} services stopped at once; what they leave is removed */
export async function stopAll(services) {
  await Promise.all(
    services.map(async ({ process, signal, folder, keep }) => {
      await stop(process, signal);
      try {
        if (keep) renameSync(keep.from, keep.to);
      } catch {
        // not written, or on another file system: the next start is slower, nothing else
      }
      rmSync(folder, { recursive: true, force: true });
    }),
  );
}

/** Stops what a `run` that was killed left behind. @param {string} root */
export async function sweepOrphans(root) {
  for (const file of runFiles(root)) {
    const { owner, services } = readState(file);
    if (owner && isAlive(owner)) continue;
    await stopAll(services);
    writeState(file, { owner: null, services: [] });
  }
}

/**
 * Starts what is missing, all at once.
 * @param {Standing[]} list @param {{root: string, profile: 'fast' | 'durable', env: NodeJS.ProcessEnv}} options
 * @param {(started: Started) => void} onStarted called at once, so that nothing that runs is forgotten
 * @returns {Promise<string[]>} names of those that cannot be had
 */
export async function startMissing(list, options, onStarted) {
  const context = { ...options, cache: cacheFolder(options.env) };
  const missing = [];
  const needed = list.filter(({ is }) => is === 'absent' || is === 'dead');
  await Promise.all(
    needed.map(async ({ service, is, started: dead }) => {
      if (is === 'dead' && dead) {
        say(`services: ${service.name} was DEAD and is started again`);
        await stopAll([dead]);
      }
      const { started, failures } = await startFirst(service, context);
      if (started) onStarted(started);
      for (const failure of started ? failures : []) say(`services: ${service.name} not by ${failure}`);
      if (started) say(`services: ${service.name} is ${started.version}, by ${started.way}`);
      if (!started) missing.push(service.name);
      if (!started) say(`MISSING ${service.name}: ${failures.join('; ')}`);
    }),
  );
  return missing;
}

/** @param {readonly Started[]} services */
export const variablesOf = (services) => Object.assign({}, ...services.map(({ variables }) => variables));
