// A base to build on where no container registry can be reached: Debian's essential packages from its mirror, the Node that
// the lockfile pins, the npm and the certificates of this machine. Images are the same on it: they are made from nothing.
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { call, ran } from './engine.mjs';

const NAME = 'localhost/dmitry/node-base:26';
const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt';
const PACKAGES = 'ca-certificates,libatomic1,libstdc++6,passwd';

const DOCKERFILE = `FROM scratch
ADD base.tar /
COPY node /usr/local/bin/node
COPY npm /usr/local/lib/node_modules/npm
COPY ca-certificates.crt ${CERTIFICATES}
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm
ENV NODE_EXTRA_CA_CERTS=${CERTIFICATES}
`;

/** What is missing for it. @returns {string | null} */
function obstacle() {
  if (process.getuid?.() !== 0) return 'a local base needs root';
  if (!ran('mmdebstrap', ['--version']).ok) return 'a local base needs mmdebstrap';
  return existsSync(CERTIFICATES) ? null : `a local base needs ${CERTIFICATES}`;
}

/**
 * @param {import('./engine.mjs').Engine} engine @param {string} root of the repository
 * @returns {{name: string} | {missing: string}}
 */
export function localBase(engine, root) {
  if (call(engine, ['image', 'inspect', NAME]).ok) return { name: NAME };
  const missing = obstacle();
  if (missing) return { missing };
  const folder = mkdtempSync(join(tmpdir(), 'dmitry-base-'));
  try {
    const mirror = process.env.DEBIAN_MIRROR ? [process.env.DEBIAN_MIRROR] : [];
    const base = join(folder, 'base.tar');
    const made = ran('mmdebstrap', ['--variant=essential', `--include=${PACKAGES}`, 'bookworm', base, ...mirror]);
    if (!made.ok) return { missing: `mmdebstrap failed: ${made.err.split('\n').at(-1)}` };
    cpSync(join(root, 'node_modules', `node-linux-${process.arch}`, 'bin', 'node'), join(folder, 'node'));
    cpSync(join(ran('npm', ['root', '--global']).out, 'npm'), join(folder, 'npm'), { recursive: true });
    cpSync(CERTIFICATES, join(folder, 'ca-certificates.crt'));
    writeFileSync(join(folder, 'Dockerfile'), DOCKERFILE);
    const built = call(engine, [...engine.build, '-t', NAME, folder], 'show');
    return built.ok ? { name: NAME } : { missing: 'the local base could not be built' };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
