// Runs after an install: puts the commit hooks in place on a person's checkout, never in CI or outside git.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const lefthook = join(root, 'node_modules', 'lefthook', 'bin', 'index.js');
if (!process.env.CI && existsSync(join(root, '.git')) && existsSync(lefthook)) {
  const run = spawnSync(process.execPath, [lefthook, 'install'], { cwd: root, stdio: ['ignore', 'ignore', 2] });
  if (run.status !== 0) process.stderr.write('The commit hooks could not be installed; checks still run in CI.\n');
}
