// One container under the restrictions that deploy/ and docker/compose.yaml set: an ordinary user, a root that cannot be
// written, no capability, no new privileges.
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { call } from './engine.mjs';

const RESTRICTIONS = ['--read-only', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges', '--memory', '512m'];

/**
 * @param {import('./engine.mjs').Engine} engine @param {string} image
 * @param {Readonly<Record<string, string>>} env
 * @param {{volume?: string}} [options] volume: a folder that may be written
 */
export function startContainer(engine, image, env, { volume } = {}) {
  const name = `dmitry-smoke-${randomBytes(4).toString('hex')}`;
  const variables = Object.entries(env).flatMap(([key, value]) => ['--env', `${key}=${value}`]);
  const args = ['run', '--detach', '--name', name, '--network', 'host', ...engine.run, ...RESTRICTIONS, ...variables];
  if (volume) args.push('--volume', volume);
  const started = call(engine, [...args, image]);
  return {
    started: started.ok,
    fault: started.err,
    /** @param {readonly string[]} line */
    exec: (line) => call(engine, ['exec', name, ...line]),
    logs() {
      const { out, err } = call(engine, ['logs', name]);
      return `${out}\n${err}`.trim();
    },
    terminate: () => call(engine, ['kill', '--signal', 'TERM', name]).ok,
    /** @returns {number} exit code */
    exitCode: () => Number(call(engine, ['wait', name]).out),
    remove: () => call(engine, ['rm', '--force', '--volumes', name]).ok,
  };
}

/** @typedef {ReturnType<typeof startContainer>} Container */

/**
 * @param {import('./engine.mjs').Engine} engine @param {string} image
 * @returns {{user: string, stopSignal: string, env: readonly string[], healthcheck: readonly string[], bytes: number}}
 */
export function describeImage(engine, image) {
  const [{ Config, Size, Healthcheck }] = JSON.parse(call(engine, ['image', 'inspect', image]).out);
  // podman keeps the health check beside the configuration, Docker within
  const { Test = [] } = Healthcheck ?? Config.Healthcheck ?? {};
  return {
    user: Config.User ?? '',
    stopSignal: Config.StopSignal ?? '',
    env: Config.Env ?? [],
    healthcheck: Test.slice(1),
    bytes: Size,
  };
}

/** @param {string} url @param {number} [limitMs] @returns {Promise<number>} the first status that is no 5xx, else the last; 0 without an answer */
export async function statusOf(url, limitMs = 0) {
  const endMs = Date.now() + limitMs;
  for (;;) {
    const status = await fetch(url, { signal: AbortSignal.timeout(2_000) }).then(
      (answer) => answer.status,
      () => 0,
    );
    if ((status > 0 && status < 500) || Date.now() >= endMs) return status;
    await sleep(200);
  }
}
