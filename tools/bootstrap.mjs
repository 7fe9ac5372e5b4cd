// Makes a bare checkout runnable: installs from the lockfile when it changed, and runs a script on the
// Node that the lockfile pins. Imports nothing but Node itself, so it works before anything is installed.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const win = process.platform === 'win32';
const stampFile = join(root, 'node_modules', '.bootstrap-stamp');
const stamp = createHash('sha256')
  .update(readFileSync(join(root, 'package-lock.json')))
  .update(`${process.platform}-${process.arch}`)
  .digest('hex');

/** @param {string} file */
const read = (file) => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
};

if (read(stampFile) !== stamp) {
  const install = spawnSync(win ? 'npm.cmd' : 'npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2], // npm's chatter goes to stderr: stdout is the command's answer
    shell: win,
  });
  if (install.status !== 0) process.exit(install.status ?? 1);
  writeFileSync(stampFile, stamp);
}

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
