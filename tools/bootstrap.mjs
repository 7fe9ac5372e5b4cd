// Makes a bare checkout runnable: installs from the lockfile when what it pins changed, links the workspace's own
// packages, and runs a script on the Node that the lockfile pins. Imports nothing but Node itself (18 or later), so
// it works before anything is installed.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { delimiter, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const win = process.platform === 'win32';
const stampFile = join(root, 'node_modules', '.bootstrap-stamp');

/** Only third-party entries count: a new library or a new edge between libraries needs no install, only a link. */
function stampOf(lockText) {
  const packages = Object.entries(JSON.parse(lockText).packages).filter(
    ([path, entry]) => path.startsWith('node_modules/') && !entry.link,
  );
  return createHash('sha256')
    .update(JSON.stringify(packages))
    .update(`${process.platform}-${process.arch}`)
    .digest('hex');
}

/** @param {string} file */
const read = (file) => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
};

function install() {
  const stamp = stampOf(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  if (read(stampFile) === stamp) return;
  const npm = spawnSync(win ? 'npm.cmd' : 'npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2], // npm's chatter goes to stderr: stdout is the command's answer
    shell: win,
  });
  if (npm.status !== 0) process.exit(npm.status ?? 1);
  writeFileSync(stampFile, stamp);
}

/** Every package of the workspace is reachable by its name, also one that was written a minute ago. */
function link() {
  for (const area of ['libs', 'apps', 'tools'].filter((each) => existsSync(join(root, each)))) {
    for (const entry of readdirSync(join(root, area), { withFileTypes: true })) {
      const manifest = read(join(root, area, entry.name, 'package.json'));
      if (!entry.isDirectory() || manifest === '') continue;
      const target = join(root, 'node_modules', JSON.parse(manifest).name);
      if (existsSync(target)) continue;
      mkdirSync(dirname(target), { recursive: true });
      const folder = join(root, area, entry.name);
      symlinkSync(win ? folder : relative(dirname(target), folder), target, 'junction');
    }
  }
}

install();
link();

const bin = join(root, 'node_modules', '.bin');
const [flag, ...rest] = process.argv.slice(2);
if (flag === '--exec') {
  const local = join(bin, win ? 'node.cmd' : 'node');
  const run = spawnSync(existsSync(local) ? local : process.execPath, rest, {
    stdio: 'inherit',
    shell: win,
    env: { ...process.env, PATH: bin + delimiter + process.env.PATH },
  });
  process.exit(run.status ?? 1);
}
