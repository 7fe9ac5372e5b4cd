// The images of this repository, and how they are built.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { call, ran } from './engine.mjs';
import { localBase } from './local-base.mjs';

/** Most that an image may take, megabytes of 10^6: Node alone is 150. */
export const SIZE_BUDGET_MB = 260;

export const IMAGES = /** @type {const} */ ([
  { target: 'simulator', portVariable: 'SIMULATOR_PORT', live: '/platform/health', ready: '/platform/health' },
  { target: 'gateway', portVariable: 'DMITRY_PORT', live: '/live', ready: '/ready' },
  { target: 'orchestrator', portVariable: 'ORCHESTRATOR_PORT', live: '/live', ready: '/ready' },
]);

/** @param {string} root @param {string} target */
export const tagOf = (root, target) =>
  `localhost/dmitry/${target}:${JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version}`;

/** @param {string} dockerfile @returns {string} the base that it names itself */
export function pinnedBase(dockerfile) {
  const [, image] = /^ARG NODE_IMAGE=(\S+)$/m.exec(dockerfile) ?? [];
  if (!image) throw new Error('docker/Dockerfile has no ARG NODE_IMAGE=…');
  return image;
}

/**
 * The base to build on: the given one, else the Dockerfile's own where it can be pulled, else one made here.
 * @param {import('./engine.mjs').Engine} engine @param {string} root @param {string | undefined} wanted
 * @returns {{name: string} | {missing: string}}
 */
function baseFor(engine, root, wanted) {
  if (wanted !== undefined && wanted !== 'local') return { name: wanted };
  const pinned = pinnedBase(readFileSync(join(root, 'docker', 'Dockerfile'), 'utf8'));
  if (wanted === undefined && call(engine, ['pull', pinned]).ok) return { name: pinned };
  return localBase(engine, root);
}

/**
 * @param {import('./engine.mjs').Engine} engine @param {string} root
 * @param {{base?: string, report: import('./report.mjs').Report}} options
 * @returns {boolean} whether all are built
 */
export function buildImages(engine, root, { base: wanted, report }) {
  const base = baseFor(engine, root, wanted);
  if ('missing' in base) {
    report.skip('images are built', `no base image: none can be pulled, and ${base.missing}`);
    return false;
  }
  report.say(`base: ${base.name}`);
  const revision = ran('git', ['-C', root, 'rev-parse', '--short=12', 'HEAD']).out || 'unknown';
  return IMAGES.map(({ target }) => {
    const args = ['--build-arg', `NODE_IMAGE=${base.name}`, '--build-arg', `REVISION=${revision}`, '--target', target];
    const file = join(root, 'docker', 'Dockerfile');
    const built = call(engine, [...engine.build, ...args, '-f', file, '-t', tagOf(root, target), root], 'show');
    report.check(`${target}: the image is built`, built.ok);
    return built.ok;
  }).every(Boolean);
}
