// A service can be had in several ways; the first that works is taken, and the rest is said.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from './ports.mjs';
import { isAlive, stop, tail, waitFor } from './processes.mjs';

/**
 * @typedef {import('./state.mjs').Started} Started
 * @typedef {{root: string, cache: string, profile: 'fast' | 'durable', env: NodeJS.ProcessEnv}} Context
 * @typedef {{name: string, start: (context: Context) => Promise<Omit<Started, 'name' | 'way' | 'profile'>>}} Way
 * @typedef {{name: string, variable: string, ways: readonly Way[]}} Service
 */

const READY_MS = 60_000;

/**
 * @param {Service} service @param {Context} context
 * @returns {Promise<{started: Started | null, failures: string[]}>} failures: each way that was tried in vain, with the reason
 */
export async function startFirst(service, context) {
  const failures = [];
  for (const way of service.ways) {
    try {
      const started = await way.start(context);
      return { started: { name: service.name, way: way.name, profile: context.profile, ...started }, failures };
    } catch (error) {
      failures.push(`${way.name}: ${/** @type {Error} */ (error).message}`);
    }
  }
  return { started: null, failures };
}

/** @param {string} name a folder of its own below the temporary one: reachable also for a user without rights on ours */
export const runFolder = (name) => mkdtempSync(join(tmpdir(), `dmitry-${name}-`));

/**
 * Begins on free ports and waits until it answers. A port may be taken between our look and its start, so a process that
 * dies is begun again on others.
 * @param {{
 *   folder: string, log: string, ports: number, signal: NodeJS.Signals,
 *   begin: (ports: number[]) => import('./processes.mjs').Identity, answers: (ports: number[]) => Promise<boolean>
 * }} plan
 * @returns {Promise<{process: import('./processes.mjs').Identity, ports: number[]}>}
 */
export async function beginOnFreePorts(plan) {
  for (let attempt = 1; ; attempt += 1) {
    const ports = await freePorts(plan.ports);
    const process = plan.begin(ports);
    const ready = await waitFor(async () => !isAlive(process) || (await plan.answers(ports)), READY_MS);
    if (ready && isAlive(process)) return { process, ports };
    await stop(process, plan.signal);
    if (attempt === 3) throw new Error(`it does not come up: ${tail(plan.log)}`);
  }
}

/** Removes the run folder when `work` fails. @template T @param {string} folder @param {() => Promise<T>} work */
export async function orRemove(folder, work) {
  try {
    return await work();
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}
