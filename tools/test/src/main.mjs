// npm test: builds what is stale, starts the real services where they can be had, runs every suite.
// Arguments go to Jest (`npm test -- libs/cache`), but for --coverage, which also holds the floors of DESIGN.md 8.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..', '..');
const servicesTool = join(root, 'tools', 'services', 'src', 'main.mjs');
const suites = [process.execPath, join(import.meta.dirname, 'suites.mjs'), ...process.argv.slice(2)];

/** @param {string[]} command @param {'ignore' | 'inherit'} stdout */
function run([file, ...args], stdout = 'inherit') {
  const { status } = spawnSync(file, args, { cwd: root, stdio: ['ignore', stdout, 'inherit'] });
  return status ?? 1;
}

const given = ['DATABASE_URL', 'REDIS_URL', 'KAFKA_BROKERS'].every((name) => process.env[name]);
const built = run([process.execPath, join(root, 'tools', 'build.mjs')]);
if (built !== 0) {
  process.stdout.write('The build failed; no suite was run.\n0 passed, 1 failed, 0 skipped\n');
  process.exitCode = built;
} else if (given || !existsSync(servicesTool)) {
  process.exitCode = run(suites);
} else {
  process.exitCode = run([process.execPath, servicesTool, 'run', '--', ...suites]);
}
